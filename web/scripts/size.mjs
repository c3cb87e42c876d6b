// Fails when Home or Explore load more than they may: what the browser asks for before the first paint with numbers.
//
// Files are counted as they are sent, with brotli; answers of the API and heads of requests by what they are at most
// with the demo project (e2e/page.test.mjs counts the real ones).
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

const limits = { bytes: 300 * 1024, requests: 25 };
/** The answers that a place asks for: how many, and their bytes. */
const answers = {
  home: { count: 9, bytes: 28 * 1024 },
  explore: { count: 5, bytes: 13 * 1024 },
  entrance: { count: 2, bytes: 1024 },
};
/** What the head of an answer weighs. */
const headBytes = 300;

const folder = new URL("../dist", import.meta.url).pathname;
const manifest = JSON.parse(readFileSync(join(folder, ".vite/manifest.json"), "utf8"));

/** Returns where the manifest has a file: by its source, or by the name that scripts/build.mjs gave it. */
function keyOf(name) {
  const found = Object.entries(manifest).find(([key, chunk]) => key === name || chunk.name === name);
  if (!found) throw new Error(`${name} is not in the manifest any more`);
  return found[0];
}

/** Returns the bytes of a file as sent to a browser that takes brotli. */
function sent(file) {
  const path = join(folder, file);
  return statSync(existsSync(`${path}.br`) ? `${path}.br` : path).size;
}

/** Collects a chunk, its styles and everything it imports at once. */
function collect(key, files) {
  const chunk = manifest[key];
  if (files.has(chunk.file)) return;
  files.add(chunk.file);
  for (const style of chunk.css ?? []) files.add(style);
  for (const next of chunk.imports ?? []) collect(next, files);
}

/** Tells what a place weighs, and whether that is too much. */
function isTooMuch(name, page) {
  const files = new Set(["index.html", "scheme.js", "favicon.svg"]);
  collect("index.html", files);
  collect(keyOf(page), files);
  for (const asset of readdirSync(join(folder, "assets"))) {
    if (/inter-latin-(?!ext).*\.woff2$/.test(asset)) files.add(`assets/${asset}`);
  }
  const rows = [...files].map((file) => [file, sent(file)]).sort((a, b) => b[1] - a[1]);
  const requests = rows.length + answers[name].count;
  const bytes = rows.reduce((sum, row) => sum + row[1], 0) + answers[name].bytes + requests * headBytes;
  console.log(`${name}: ${(bytes / 1024).toFixed(1)} KB in ${requests} requests`);
  for (const [file, size] of rows) console.log(`  ${(size / 1024).toFixed(1).padStart(7)} KB  ${file}`);
  return bytes > limits.bytes || requests > limits.requests;
}

const heavy = [isTooMuch("home", "home"), isTooMuch("explore", "explore"), isTooMuch("entrance", "entrance")];
if (heavy.some(Boolean)) {
  console.error(`a first page is over ${limits.bytes / 1024} KB or ${limits.requests} requests`);
  process.exit(1);
}
