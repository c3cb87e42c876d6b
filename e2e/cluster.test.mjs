// Two servers on one PostgreSQL and one Redis: what one knows the other knows, and Redis may go at any time.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { admin } from "./support/admin.mjs";
import { Instance, program } from "./support/instance.mjs";
import { Postgres, Redis } from "./support/services.mjs";
import { pause, until } from "./support/until.mjs";

const editor = { email: "grace@example.com", password: "correct horse battery" };

test("two servers share sessions, limits and rights, with Redis and without", async (context) => {
  const postgres = await Postgres.started(context);
  const redis = await Redis.started(context);
  const one = Instance.create(context);
  const other = Instance.create(context);
  const shared = [
    ["metadata.url", postgres.url],
    ["cache.url", redis.url],
    ["accounts.key_file", join(one.data, "shared.key")],
  ].flatMap(([key, value]) => ["--set", `${key}=${value}`]);
  one.options.push(...shared);
  other.options.push(...shared);
  await one.start();
  const owner = await one.claim();
  await other.start();
  await createUser(one, shared, editor);
  postgres.join(editor.email, owner.project, "editor");
  const project = `/api/v1/projects/${owner.project}`;
  const visitor = await signIn(one);

  await context.test("a cookie of one server is good on the other", async () => {
    assert.equal((await visitor.get(other, "/api/v1/me")).status, 200);
    assert.equal((await visitor.get(other, project)).status, 200);
  });

  await context.test("a session that ends on one server has ended on the other within a second", async () => {
    const leaving = await signIn(one);
    assert.equal((await leaving.get(other, "/api/v1/me")).status, 200);
    assert.equal((await leaving.send(one, "DELETE", "/api/v1/sessions/current")).status, 204);
    await withinASecond("the session's end", async () => (await leaving.get(other, "/api/v1/me")).status === 401);
  });

  await context.test("a withdrawn key is refused by the other server within a second", async () => {
    const made = await owner.post(`${project}/api_keys`, { name: "site" });
    assert.equal((await sendEvent(other, made.key)).status, 200);
    await visitor.send(one, "PATCH", `${project}/api_keys/${made.id}`, { is_active: false });
    // An editor may not: it still works.
    assert.equal((await sendEvent(other, made.key)).status, 200);
    const boss = await signIn(one, admin);
    const answer = await boss.send(one, "PATCH", `${project}/api_keys/${made.id}`, { is_active: false });
    assert.equal(answer.status, 200);
    await withinASecond("the key's end", async () => (await sendEvent(other, made.key)).status === 401);
  });

  await context.test("a right that is taken is gone on both servers within a second", async () => {
    postgres.sql(`delete from project_members where project_id = '${owner.project}'
      and user_id = (select id from users where email = '${editor.email}')`);
    for (const server of [one, other]) {
      await withinASecond("the right's end", async () => (await visitor.get(server, project)).status === 404);
    }
  });

  await context.test("guesses on one server count on the other", async () => {
    assert.equal(await guess(one, "nobody@example.com", 10), 401);
    assert.equal(await guess(other, "nobody@example.com", 1), 429);
  });

  await context.test("without Redis nobody is signed out, and limits bind on each server", async () => {
    await redis.kill();
    for (const server of [one, other]) {
      assert.equal((await visitor.get(server, "/api/v1/me")).status, 200);
      await until("readiness to tell", async () => {
        const answer = await fetch(`${server.url}/readyz`);
        assert.equal(answer.status, 200);
        return (await answer.json()).status === "degraded: cache";
      });
    }
    assert.equal(await guess(one, "nobody@example.com", 1), 429, "what was guessed here before still counts");
    assert.equal(await guess(other, "somebody@example.com", 10), 401);
    assert.equal(await guess(other, "somebody@example.com", 1), 429);
    const late = await signIn(other, admin);
    assert.equal((await late.get(one, "/api/v1/me")).status, 200);
    const warnings = other.log.split("\n").filter((line) => line.includes("Redis is away"));
    assert.equal(warnings.length, 1, other.log);
  });

  await context.test("when Redis is back, servers share again", async () => {
    await redis.start();
    for (const server of [one, other]) {
      await until("readiness to tell", async () => {
        const answer = await fetch(`${server.url}/readyz`);
        return (await answer.json()).status === "ready";
      });
    }
    assert.equal((await visitor.get(other, "/api/v1/me")).status, 200);
    assert.equal(await guess(other, "third@example.com", 10), 401);
    assert.equal(await guess(one, "third@example.com", 1), 429);
  });
});

/** Somebody with a browser's cookies, which both servers get: they are one site behind one name. */
class Visitor {
  constructor(cookie) {
    this.cookie = cookie;
  }

  get(server, path) {
    return this.send(server, "GET", path);
  }

  send(server, method, path, body) {
    const headers = { cookie: this.cookie, origin: server.url, "sec-fetch-site": "same-origin" };
    if (body !== undefined) headers["content-type"] = "application/json";
    return fetch(server.url + path, { method, headers, body: body && JSON.stringify(body) });
  }
}

async function signIn(server, { email, password } = editor) {
  const answer = await tryToSignIn(server, email, password);
  assert.equal(answer.status, 201, await answer.text());
  return new Visitor(answer.headers.getSetCookie().map((cookie) => cookie.split(";")[0]).join("; "));
}

/** Tries wrong passwords and returns the last status. */
async function guess(server, email, times) {
  let status;
  for (let number = 0; number < times; number += 1) {
    status = (await tryToSignIn(server, email, `wrong ${number}`)).status;
  }
  return status;
}

function tryToSignIn(server, email, password) {
  return fetch(`${server.url}/api/v1/sessions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email, password }),
  });
}

function sendEvent(server, key) {
  return fetch(`${server.url}/api/v1/events`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify({ event: "visit", distinct_id: "a" }),
  });
}

async function withinASecond(what, holds) {
  const deadline = Date.now() + 1_000;
  for (;;) {
    const asked = Date.now();
    if (await holds()) return;
    assert.ok(asked < deadline, `${what} was not known within a second`);
    await pause(20);
  }
}

/** Makes an account with the command line. */
function createUser(server, options, { email, password }) {
  return new Promise((resolve, reject) => {
    const words = ["user", "create", email, "--data-dir", server.data, ...options];
    const child = spawn(program, words, { stdio: ["pipe", "ignore", "inherit"] });
    child.once("close", (code) => (code === 0 ? resolve() : reject(new Error(`user create ended with ${code}`))));
    child.stdin.end(`${password}\n`);
  });
}
