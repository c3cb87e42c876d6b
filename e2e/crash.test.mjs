// What was acknowledged is there, once, whatever was killed meanwhile.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { count } from "./support/api.mjs";
import { rows } from "./support/engine.mjs";
import { Instance, isAlive } from "./support/instance.mjs";
import { chooser } from "./support/random.mjs";
import { pause, until } from "./support/until.mjs";

const rounds = Number(process.env.ROUNDS ?? 4);
const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
const eventsInBatch = 100;
const senders = 4;

test(`${rounds} kills under load lose and repeat nothing`, async (context) => {
  context.diagnostic(`SEED=${seed} repeats the same kills`);
  const choose = chooser(seed);
  const instance = await Instance.started(context);
  const api = await instance.claim();
  const load = new Load(instance.url, await api.key());
  context.after(() => load.end());
  load.begin();

  const kills = [killEngine, killServer, killBoth, stopServer];
  for (let round = 0; round < rounds; round += 1) {
    const before = load.acknowledged.size;
    const wanted = before + eventsInBatch * (10 + choose(20));
    await until("the load to go on", () => load.acknowledged.size >= wanted, { seconds: 60, every: 10 });
    await pause(choose(40));
    await kills[round % kills.length](instance);
  }
  const atEnd = load.acknowledged.size + eventsInBatch * 10;
  await until("the load to go on after the last kill", () => load.acknowledged.size >= atEnd, {
    seconds: 60,
  });
  await load.end();
  const { acknowledged, repeats, duplicates } = load;
  context.diagnostic(
    `${acknowledged.size} events acknowledged; ${repeats} requests sent again, ${duplicates} events were there already`,
  );

  const times = await storedTimes(instance);
  const missing = [...load.acknowledged].filter((id) => !times.has(id));
  const repeated = [...times].filter(([, stored]) => stored !== 1);
  const strange = [...times.keys()].filter((id) => !load.acknowledged.has(id));
  assert.deepEqual({ missing, repeated, strange }, { missing: [], repeated: [], strange: [] });

  const again = await instance.signIn();
  again.project = api.project;
  assert.equal(await again.total({ series: [count("load")] }), load.acknowledged.size);
});

async function killEngine(instance) {
  const engine = instance.engine();
  assert.ok(engine, "the engine runs");
  process.kill(engine, "SIGKILL");
  await until("another engine", async () => {
    const next = instance.engine();
    return next && next !== engine && (await fetch(`${instance.url}/readyz`)).ok;
  });
}

async function killServer(instance) {
  const engine = instance.engine();
  await instance.kill();
  await instance.start();
  assert.ok(!isAlive(engine), "the engine ended with its server");
}

async function killBoth(instance) {
  process.kill(instance.engine(), "SIGKILL");
  await instance.kill();
  await instance.start();
}

async function stopServer(instance) {
  const ended = await instance.stop();
  assert.deepEqual(ended, { code: 0, signal: null });
  await instance.start();
}

async function storedTimes(instance) {
  const found = await rows(
    instance.socket,
    "select toString(event_id) as id, toUInt32(count()) as times from events group by id",
  );
  return new Map(found.map(({ id, times }) => [id, times]));
}

/** Clients that send batches with ids of their own, and send again whatever was not acknowledged. */
class Load {
  constructor(url, key) {
    this.url = url;
    this.key = key;
    this.acknowledged = new Set();
    this.repeats = 0;
    this.duplicates = 0;
  }

  begin() {
    const speakers = Array.from({ length: senders }, (_, index) => (index % 2 === 0 ? ours : posthog));
    this.running = Promise.all(speakers.map((speak) => this.#send(speak)));
    // Looked at in `end`; until then a failure must not end the process.
    this.running.catch(() => {});
  }

  /** Lets every batch that was begun be acknowledged. */
  end() {
    this.isEnding = true;
    return this.running;
  }

  async #send(speak) {
    while (!this.isEnding) {
      const ids = Array.from({ length: eventsInBatch }, () => randomUUID());
      await until("an acknowledgement", () => this.#attempt(speak, ids), { seconds: 60, every: 20 });
      for (const id of ids) this.acknowledged.add(id);
    }
  }

  async #attempt(speak, ids) {
    try {
      this.duplicates += await speak(this.url, this.key, ids);
      return true;
    } catch (error) {
      this.repeats += 1;
      throw error;
    }
  }
}

/** Sends in our own form and returns how many events were there already. */
async function ours(url, key, ids) {
  const batch = ids.map((id) => ({ event: "load", distinct_id: id.slice(0, 2), event_id: id }));
  const { results } = await post(`${url}/api/v1/events`, { api_key: key, batch });
  assert.deepEqual(
    results.map((result) => result.event_id),
    ids,
  );
  assert.ok(
    results.every(({ status }) => status === "stored" || status === "duplicate"),
    JSON.stringify(results),
  );
  return results.filter(({ status }) => status === "duplicate").length;
}

/** Sends in PostHog's form, which tells no verdicts. */
async function posthog(url, key, ids) {
  const batch = ids.map((id) => ({ event: "load", distinct_id: id.slice(0, 2), uuid: id }));
  assert.equal((await post(`${url}/batch/`, { api_key: key, batch })).status, 1);
  return 0;
}

async function post(url, body) {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (answer.status !== 200) throw new Error(`${answer.status}: ${await answer.text()}`);
  return answer.json();
}
