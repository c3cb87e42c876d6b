// Statements that reach for more than the data, sent straight to the engine: they are not run, and the kernel would
// refuse them.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { ask } from "./support/engine.mjs";
import { Instance } from "./support/instance.mjs";

test("the engine's sandbox", async (context) => {
  const outside = mkdtempSync(join(tmpdir(), "radix-outside-"));
  context.after(() => rmSync(outside, { recursive: true, force: true }));
  const secret = join(outside, "secret.txt");
  writeFileSync(secret, "kept from the engine\n", { mode: 0o644 });
  const listener = await listen(context);
  const instance = await Instance.started(context);
  const send = (sql) => ask(instance.socket, sql);

  await context.test("plain questions are answered", async () => {
    const answer = await send("select 40 + 2");

    assert.deepEqual([answer.status, answer.text.trim()], [200, "42"]);
  });

  for (const path of ["/etc/passwd", "/proc/self/environ", "/proc/1/environ", secret]) {
    const name = path === secret ? "a file outside its folder" : path;
    await context.test(`${name} cannot be read`, async () => {
      for (const sql of [`select file('${path}')`, `select * from file('${path}', 'LineAsString')`]) {
        const answer = await send(sql);

        refused(sql, answer);
        assert.doesNotMatch(answer.text, /root:|PATH=|kept from the engine/);
      }
    });
  }

  await context.test("nothing is written outside its folder", async () => {
    const path = join(outside, "written.txt");
    for (const sql of [
      `select 1 into outfile '${path}'`,
      `insert into function file('${path}', 'CSV', 'a UInt8') select 1`,
    ]) {
      const answer = await send(sql);

      assert.notEqual(answer.status, 200, `${sql} was accepted`);
      assert.ok(!existsSync(path), `${sql} wrote a file`);
    }
  });

  await context.test("no connection leaves it", async () => {
    const host = `127.0.0.1:${listener.port}`;
    const statements = [
      `select * from url('http://${host}/a', 'LineAsString')`,
      `describe table url('http://${host}/b', 'CSV')`,
      `insert into function url('http://${host}/c', 'CSV', 'a UInt8') select 1`,
      `select * from s3('http://${host}/bucket/d', 'LineAsString')`,
      `select * from remote('${host}', 'system.one')`,
      `select * from mysql('${host}', 'd', 't', 'u', 'p')`,
      `select * from postgresql('${host}', 'd', 't', 'u', 'p')`,
    ];
    for (const sql of statements) {
      const answer = await send(sql);

      assert.notEqual(answer.status, 200, `${sql} was accepted`);
    }
    assert.equal(listener.connections(), 0);
  });

  await context.test(
    "no program is started, not even one that lies where the engine looks for programs",
    async () => {
      const trace = join(instance.data, "engine", "started.txt");
      const folder = join(instance.data, "engine", "user_scripts");
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, "script.sh"), `#!/bin/sh\necho started > '${trace}'\necho 1\n`, {
        mode: 0o755,
      });

      const answer = await send("select * from executable('script.sh', 'CSV', 'a UInt8')");

      // The engine takes a program that can't be started for one that wrote nothing.
      assert.doesNotMatch(answer.text, /^1$/m);
      assert.ok(!existsSync(trace), "the script was started");
    },
  );

  await context.test("it was born without an environment", () => {
    assert.equal(readFileSync(`/proc/${instance.engine()}/environ`, "utf8"), "");
  });

  await context.test("it still answers, and the server says that it is sandboxed", async () => {
    assert.equal((await send("select 1")).status, 200);
    const { status, checks } = await (await fetch(`${instance.url}/readyz`)).json();
    const sandbox = checks.find((check) => check.name === "engine sandbox");
    assert.deepEqual([status, sandbox.state], ["ready", "fine"], sandbox.detail);
  });
});

function refused(sql, answer) {
  assert.notEqual(answer.status, 200, `${sql} was accepted`);
  assert.match(
    answer.text,
    /Permission denied|Operation not permitted/,
    `${sql} was refused for another reason`,
  );
}

/** Listens for connections that must not come. */
function listen(context) {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  context.after(() => server.close());
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () =>
      resolve({ port: server.address().port, connections: () => connections }),
    );
  });
}
