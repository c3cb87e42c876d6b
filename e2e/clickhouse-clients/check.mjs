// @clickhouse/client against the engine. The only argument is the port.

import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { ClickHouseLogLevel, createClient } from "@clickhouse/client";

const url = `http://127.0.0.1:${process.argv[2]}`;

async function values(client, table) {
  await client.command({ query: `create table ${table} (id UInt64, name String, list Array(Int32)) engine = MergeTree order by id` });
  const rows = Array.from({ length: 1000 }, (_, id) => ({ id: `${id}`, name: `ü'${id}\\`, list: [id, -id] }));
  const inserted = await client.insert({ table, values: rows, format: "JSONEachRow" });
  assert.equal(inserted.summary.written_rows, "1000");
  const streamed = Readable.from((function* () {
    for (let id = 1000; id < 21000; id++) yield { id, name: "streamed", list: [] };
  })());
  await client.insert({ table, values: streamed, format: "JSONEachRow" });
  const wanted = { ids: [3, 5, 7], name: "ü'5\\" };
  const found = await client.query({
    query: `select id, name, list from ${table} where id in {ids: Array(UInt64)} and name != {name: String} order by id`,
    query_params: wanted,
    format: "JSONEachRow",
    clickhouse_settings: { output_format_json_quote_64bit_integers: 1 },
  });
  assert.deepEqual(await found.json(), [rows[3], rows[7]]);
  const whole = await (await client.query({ query: `select count() as n, sum(id) as s from ${table}`, format: "JSON" })).json();
  assert.deepEqual([Number(whole.data[0].n), Number(whole.data[0].s)], [21000, 220489500]);
}

async function streams(client) {
  const result = await client.query({ query: "select number from numbers(300000)", format: "JSONCompactEachRow" });
  let total = 0;
  for await (const rows of result.stream()) for (const row of rows) total += Number(row.json()[0]);
  assert.equal(total, 44999850000);
}

async function errors(client) {
  for (const [query, code] of [["select * from nope", "60"], ["select 1 1", "62"], ["select throwIf(1)", "395"]]) {
    await assert.rejects(client.query({ query }), (error) => error.code === code, query);
  }
}

async function running(client, id) {
  const query = "select count() as n from system.processes where startsWith(Settings['log_comment'], {id: String})";
  const answer = await client.query({ query, query_params: { id }, format: "JSONEachRow" });
  return Number((await answer.json())[0].n);
}

async function until(client, id, count) {
  for (let tries = 0; (await running(client, id)) !== count; tries++) {
    assert(tries < 500, `${id} is not ${count} times there`);
    await pause(10);
  }
}

const LONG = "select count() from numbers(100000000000000) where sipHash64(number) = 1";

async function cancelling(client) {
  const abort = new AbortController();
  const aborted = client.query({ query: LONG, query_id: "aborted", abort_signal: abort.signal });
  await until(client, "aborted", 1);
  abort.abort();
  await assert.rejects(aborted);
  await until(client, "aborted", 0);

  const killed = client.query({ query: LONG, query_id: "killed" });
  killed.catch(() => {});
  await until(client, "killed", 1);
  await client.command({ query: "KILL QUERY WHERE query_id = 'killed' SYNC" });
  await assert.rejects(killed, (error) => error.code === "394");
}

for (const compression of [{ request: false, response: false }, { request: true, response: true }]) {
  const client = createClient({ url, compression, log: { level: ClickHouseLogLevel.OFF } });
  assert((await client.ping()).success);
  assert((await client.ping({ select: true })).success);
  await values(client, `node_${compression.request}`);
  await streams(client);
  await errors(client);
  await cancelling(client);
  await client.close();
}
console.log("@clickhouse/client ok");
