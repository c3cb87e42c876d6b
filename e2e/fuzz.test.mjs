// Requests that nobody would send, made from the server's own description by schemathesis: no server error, and no
// answer that the description does not tell. SEED=… and ROUNDS=… choose others, and more.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { Api } from "./support/api.mjs";
import { Instance, program } from "./support/instance.mjs";
import { Postgres } from "./support/services.mjs";

const rounds = Number(process.env.ROUNDS ?? 1);
const seed = Number(process.env.SEED ?? 20_261_121);
const checks = [
  "not_a_server_error",
  "status_code_conformance",
  "content_type_conformance",
  "response_schema_conformance",
];
const editor = { email: "grace@example.com", password: "correct horse battery" };

/** What would end the session or the account that asks, or claim the server: nothing could be tried after it. */
const fatal = [
  /^POST .*\/setup$/,
  /^(DELETE|POST) .*\/sessions(\/(current|all|others|\{[^}]+\}))?$/,
  /^(DELETE|POST) .*\/sign_?-?out/,
  /^DELETE .*\/me$/,
  /^\w+ .*\/(me|users\/\{[^}]+\})\/(password|deactivat\w+|sessions)\b/,
  /^POST .*\/(deactivate|password)$/,
];
/** Signing in ends nothing. */
const harmless = [/^POST .*\/sessions$/];

test("what schemathesis makes up finds no server error and no undocumented answer", async (context) => {
  context.diagnostic(`SEED=${seed} ROUNDS=${rounds}`);
  // PostgreSQL is the stricter of the two stores: it refuses texts that SQLite keeps.
  const postgres = await Postgres.started(context);
  const options = ["--set", `metadata.url=${postgres.url}`];
  const instance = await Instance.started(context, { options });
  const owner = await instance.claim();
  await run(program, ["user", "create", editor.email, "--data-dir", instance.data, ...options], editor.password);
  postgres.join(editor.email, owner.project, "editor");
  // The requests take longer than a token works otherwise.
  await owner.patch("/api/v1/settings/access_token_minutes", { value: 1440 });
  const { access_token: token } = await new Api(instance.url).post("/api/v1/sessions", editor);
  const known = await knownIds(new Api(instance.url, { token }));
  const document = join(instance.data, "openapi.json");
  writeFileSync(document, JSON.stringify(prepared(JSON.parse(await run(program, ["openapi"])), known)));

  await context.test("as nobody", (part) => schemathesis(part, instance, document, []));

  await context.test("as an editor", async (part) => {
    await schemathesis(part, instance, document, ["--header", `Authorization: Bearer ${token}`]);
    const me = await fetch(`${instance.url}/api/v1/me`, { headers: { authorization: `Bearer ${token}` } });
    const { items } = await owner.get("/api/v1/audit_logs?action=session.&limit=20");
    const ended = items.map(({ action, details }) => `${action} ${JSON.stringify(details)}`).join("\n");
    assert.equal(me.status, 200, `an operation has ended the session that asks: name it in \`fatal\`\n${ended}`);
  });
});

async function knownIds(api) {
  const me = await api.get("/api/v1/me");
  return {
    user: [me.id ?? me.user?.id],
    organization: me.organizations?.map(({ id }) => id),
    project: me.projects?.map(({ id }) => id),
  };
}

/** Returns the description without what is fatal, and with ids that exist: made up ones would all be unknown. */
function prepared(document, known) {
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      const name = `${method.toUpperCase()} ${path}`;
      const matches = (pattern) => pattern.test(name);
      if (fatal.some(matches) && !harmless.some(matches)) {
        delete operations[method];
        continue;
      }
      for (const parameter of operation.parameters ?? []) {
        const ids = parameter.in === "path" && known[parameter.name]?.filter(Boolean);
        if (ids?.length > 0) parameter.schema = { type: "string", format: "uuid", enum: ids };
      }
    }
    if (Object.keys(operations).length === 0) delete document.paths[path];
  }
  return document;
}

/** Runs schemathesis and throws what it says where it finds something. */
async function schemathesis(test, instance, document, options) {
  // Methods that the description does not tell would be the fatal ones.
  const config = join(instance.data, "schemathesis.toml");
  writeFileSync(config, '[phases.coverage]\nunexpected-methods = ["trace"]\n');
  const words = ["--config-file", config, "run", document, "--url", instance.url, "--checks", checks.join(","), "--no-color"];
  words.push("--phases", "examples,coverage,fuzzing", "--max-examples", String(12 * rounds));
  words.push("--seed", String(seed), "--generation-database", "none", "--suppress-health-check", "all");
  words.push("--warnings", "off", "--continue-on-failure", ...options);
  const told = await run(join(dirname(process.env.PYTHON), "st"), words).catch((error) => {
    const logged = instance.log.split("\n").filter((line) => line.includes("ERROR"));
    throw new Error([error.message, ...logged.slice(-20)].join("\n"));
  });
  const cases = /(\d[\d,]*) generated/.exec(told);
  assert.ok(cases, `schemathesis has tried nothing:\n${told}`);
  test.diagnostic(`${cases[1]} requests`);
}

function run(command, words, input = "") {
  return new Promise((resolve, reject) => {
    const child = spawn(command, words, { cwd: import.meta.dirname });
    let output = "";
    let errors = "";
    child.stdout.on("data", (bytes) => (output += bytes));
    child.stderr.on("data", (bytes) => (errors += bytes));
    child.once("error", reject);
    child.once("close", (code) =>
      code === 0 ? resolve(output) : reject(new Error(`${command} ended with ${code}:\n${output}${errors}`)),
    );
    child.stdin.end(`${input}\n`);
  });
}
