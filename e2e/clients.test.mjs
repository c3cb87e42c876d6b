// The official ClickHouse clients, talking to the engine itself. RADIXINSIGHT_ENGINE names its program.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));

test("clickhouse-connect and @clickhouse/client understand the engine", async (context) => {
  const engine = process.env.RADIXINSIGHT_ENGINE;
  if (!engine) return context.skip("RADIXINSIGHT_ENGINE is not set");

  const { code, output } = await run("python3", [
    join(here, "clickhouse-clients", "run.py"),
    engine,
    library(),
  ]);

  assert.equal(code, 0, output);
  assert.match(output, /clickhouse-connect ok/);
  assert.match(output, /@clickhouse\/client ok/);
});

/** Returns the engine's library, which npm has put below its crate. */
function library() {
  if (process.env.RADIX_ENGINE_LIB) return process.env.RADIX_ENGINE_LIB;
  const packages = join(here, "..", "crates", "engine", "node_modules", "@chdb");
  const name = readdirSync(packages).find((folder) => folder.startsWith("lib-"));
  return join(packages, name, "libchdb.so");
}

function run(command, words) {
  return new Promise((resolve) => {
    execFile(command, words, (error, output, log) =>
      resolve({ code: error ? error.code : 0, output: output + log }),
    );
  });
}
