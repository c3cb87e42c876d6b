// What was acknowledged is there, once, whatever was killed meanwhile.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
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
  await everythingIsThere(context, instance, api.project, load);
});

const away = Number(process.env.AWAY_SECONDS ?? 4);

test(`the engine says nothing for ${away} s: collecting goes on, and afterwards everything is there`, async (context) => {
  const instance = await Instance.started(context);
  const api = await instance.claim();
  // For minutes a stream does: every id of it is compared at the end.
  const load = new Load(instance.url, await api.key(), { every: away > 10 ? 50 : 0 });
  context.after(() => load.end());
  load.begin();
  await until("some events", () => load.acknowledged.size >= eventsInBatch * 5, { every: 10 });
  const engine = instance.engine();
  process.kill(engine, "SIGSTOP");
  context.after(() => isAlive(engine) && process.kill(engine, "SIGCONT"));
  const before = load.acknowledged.size;
  await pause(away * 1000);
  const taken = load.acknowledged.size - before;
  process.kill(engine, "SIGCONT");
  await load.end();
  context.diagnostic(`${taken} events acknowledged meanwhile`);
  assert.ok(taken > eventsInBatch * 10, `only ${taken} events were acknowledged meanwhile`);
  assert.equal(load.repeats, 0, "nothing was turned away");
  await everythingIsThere(context, instance, api.project, load);
});

test("a disk that fills up turns events away, loses none, and takes them again when there is room", async (context) => {
  const small = smallDisk(220);
  if (!small) {
    context.skip("a small disk can't be made here: neither user namespaces nor root");
    return;
  }
  const instance = await Instance.started(context, { within: small });
  const api = await instance.claim();
  // Few large events fill a disk as well, and are compared sooner.
  const load = new Load(instance.url, await api.key(), { padBytes: 2_250, every: 20 });
  context.after(() => load.end());
  load.begin();
  await until("some events", () => load.acknowledged.size >= eventsInBatch * 5, { every: 10 });
  const ballast = join(instance.inside, "ballast");
  fill(ballast);
  await until("events to be turned away", () => load.turnedAway > 0, { seconds: 60 });
  const { size } = load.acknowledged;
  await pause(2_000);
  rmSync(ballast);
  await until("events to be taken again", () => load.acknowledged.size > size + eventsInBatch * 20, { seconds: 60 });
  await load.end();
  await everythingIsThere(context, instance, api.project, load);
});

/** Compares what was acknowledged with what is stored, once all of it is. */
async function everythingIsThere(context, instance, project, load) {
  const { acknowledged, repeats } = load;
  context.diagnostic(`${acknowledged.size} events acknowledged; ${repeats} requests sent again`);
  const times = await until(
    "everything to be stored",
    async () => {
      const times = await storedTimes(instance);
      const missing = [...acknowledged].filter((id) => !times.has(id));
      if (missing.length > 0) throw new Error(`${missing.length} missing, such as ${missing[0]}`);
      return times;
    },
    { seconds: 240, every: 500 },
  );
  const repeated = [...times].filter(([, stored]) => stored !== 1);
  const strange = [...times.keys()].filter((id) => !acknowledged.has(id));
  assert.deepEqual({ repeated, strange }, { repeated: [], strange: [] });

  const again = await instance.signIn();
  again.project = project;
  assert.equal(await again.total({ series: [count("load")] }), acknowledged.size);
}

/** What to start a program with, so that its data folder is a disk of so many megabytes; nothing where that can't be. */
function smallDisk(megabytes) {
  const script = 'mount -t tmpfs -o "size=$1m" none "$2" && shift 2 && exec "$@"';
  for (const how of [["-Urm"], ["-m"]]) {
    if (spawnSync("unshare", [...how, "mount", "-t", "tmpfs", "none", "/mnt"]).status === 0) {
      return (data) => ["unshare", ...how, "sh", "-c", script, "sh", String(megabytes), data];
    }
  }
}

/** Writes to a file until its disk is full. */
function fill(path) {
  const file = openSync(path, "w");
  let piece = Buffer.alloc(1 << 20);
  while (piece.length >= 1024) {
    try {
      writeSync(file, piece);
    } catch (error) {
      if (error.code !== "ENOSPC") throw error;
      piece = piece.subarray(0, piece.length / 2);
    }
  }
  closeSync(file);
}

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
  /** Events have so much in them that can't be packed; a client waits `every` milliseconds between two batches. */
  constructor(url, key, { padBytes = 0, every = 0 } = {}) {
    this.url = url;
    this.key = key;
    this.properties = () => ({ pad: padBytes > 0 ? randomBytes(padBytes).toString("base64") : undefined });
    this.every = every;
    this.acknowledged = new Set();
    this.repeats = 0;
    this.turnedAway = 0;
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
      if (this.every > 0) await pause(this.every);
    }
  }

  async #attempt(speak, ids) {
    try {
      await speak(this.url, this.key, ids, this.properties);
      return true;
    } catch (error) {
      this.repeats += 1;
      if (error.status === 503) this.turnedAway += 1;
      throw error;
    }
  }
}

/** Sends in our own form. */
async function ours(url, key, ids, properties) {
  const batch = ids.map((id) => ({ event: "load", distinct_id: id.slice(0, 2), event_id: id, properties: properties() }));
  const { results } = await post(`${url}/api/v1/events`, { api_key: key, batch });
  assert.deepEqual(
    results.map((result) => result.event_id),
    ids,
  );
  assert.ok(
    results.every(({ status }) => status === "accepted"),
    JSON.stringify(results[0]),
  );
}

/** Sends in PostHog's form, which tells no verdicts. */
async function posthog(url, key, ids, properties) {
  const batch = ids.map((id) => ({ event: "load", distinct_id: id.slice(0, 2), uuid: id, properties: properties() }));
  assert.equal((await post(`${url}/batch/`, { api_key: key, batch })).status, 1);
}

async function post(url, body) {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (answer.status !== 200) {
    throw Object.assign(new Error(`${answer.status}: ${await answer.text()}`), { status: answer.status });
  }
  return answer.json();
}
