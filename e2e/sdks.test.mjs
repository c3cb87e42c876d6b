// Other people's SDKs, told nothing but a host and a key.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Analytics } from "@segment/analytics-node";
import { PostHog } from "posthog-node";
import { count, people } from "./support/api.mjs";
import { Instance } from "./support/instance.mjs";
import { until } from "./support/until.mjs";

const events = 1_000;
const persons = 50;
const sumOfNumbers = (events * (events - 1)) / 2;

test("SDKs for servers", async (context) => {
  const instance = await Instance.started(context);
  const api = await instance.claim();
  const key = await api.key();

  await context.test("posthog-node sends 1,000 events and 1,000 are counted", async () => {
    const { errors } = await withNode(instance.url, key, "node event");

    assert.deepEqual(errors, []);
    await counted(api, "node event", "posthog-node");
  });

  await context.test("posthog for Python sends 1,000 events and 1,000 are counted", async () => {
    const { errors } = await withPython(instance.url, key, "python event");

    assert.deepEqual(errors, []);
    await counted(api, "python event", "posthog-python");
  });

  await context.test("posthog-node's second protocol sends 1,000 events and 1,000 are counted", async () => {
    const { errors } = await inMode("v1", () => withNode(instance.url, key, "second node event"));

    assert.deepEqual(errors, []);
    await counted(api, "second node event", "posthog-node");
  });

  await context.test("@segment/analytics-node sends 1,000 events and 1,000 are counted", async () => {
    const { errors } = await withSegment(instance.url, key, "segment event");

    assert.deepEqual(errors, []);
    await counted(api, "segment event", "@segment/analytics-node");
  });

  await context.test("@segment/analytics-node is told that its key is wrong", async () => {
    const { errors } = await withSegment(instance.url, "no such key", "refused by segment", 3);

    assert.match(errors.join("\n"), /401/);
    assert.equal(await api.total({ series: [count("refused by segment")] }), 0);
  });

  await context.test("posthog-node is told that its key is wrong", async (check) => {
    // The SDK also writes a page about it.
    check.mock.method(console, "error", () => {});
    const { errors } = await withNode(instance.url, "no such key", "refused by node", 3);

    assert.match(errors.join("\n"), /401/);
    assert.equal(await api.total({ series: [count("refused by node")] }), 0);
  });

  await context.test("posthog for Python is told that its key is wrong", async () => {
    const { errors } = await withPython(instance.url, "no such key", "refused by python", 3);

    assert.match(errors.join("\n"), /401/);
    assert.equal(await api.total({ series: [count("refused by python")] }), 0);
  });
});

async function counted(api, event, library) {
  // Events are acknowledged when they are on disk, and counted soon after.
  await until("all events to be stored", async () => {
    const total = await api.total({ series: [count(event)] });
    if (total !== events) throw new Error(`${total} of ${events}`);
    return true;
  });
  assert.equal(await api.total({ series: [people(event)] }), persons);
  const sum = { event, measure: { kind: "sum", property: "number" } };
  assert.equal(await api.total({ series: [sum] }), sumOfNumbers);
  const byLibrary = await api.trends({ series: [count(event)], breakdown: { property: "$lib" } });
  const lines = byLibrary.lines
    .filter((line) => line.total > 0)
    .map((line) => [line.breakdown.value, line.total]);
  assert.deepEqual(lines, [[library, events]]);
}

/** PostHog's library chooses its protocol by an environment variable. */
async function inMode(mode, run) {
  process.env.POSTHOG_CAPTURE_MODE = mode;
  try {
    return await run();
  } finally {
    delete process.env.POSTHOG_CAPTURE_MODE;
  }
}

async function withSegment(host, key, event, amount = events) {
  const errors = [];
  const client = new Analytics({ writeKey: key, host, maxRetries: 0 });
  client.on("error", (error) => errors.push(`${error.code} ${error.reason?.message ?? JSON.stringify(error.reason)}`));
  for (let number = 0; number < amount; number += 1) {
    client.track({ userId: `person ${number % persons}`, event, properties: { number } });
  }
  await client.closeAndFlush();
  return { errors };
}

async function withNode(host, key, event, amount = events) {
  const errors = [];
  const client = new PostHog(key, { host, fetchRetryCount: 0 });
  client.on("error", (error) => errors.push(`${error?.name}: ${error?.message} ${error?.status ?? ""}`));
  for (let number = 0; number < amount; number += 1) {
    client.capture({ distinctId: `person ${number % persons}`, event, properties: { number } });
  }
  await client.shutdown();
  return { errors };
}

function withPython(host, key, event, amount = events) {
  const python = process.env.PYTHON ?? fileURLToPath(new URL(".venv/bin/python", import.meta.url));
  const script = fileURLToPath(new URL("send_events.py", import.meta.url));
  return new Promise((resolve, reject) => {
    execFile(python, [script, host, key, event, String(amount), String(persons)], (error, output, log) => {
      if (error) reject(new Error(`${error.message}\n${log}`));
      else resolve(JSON.parse(output));
    });
  });
}
