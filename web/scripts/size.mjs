// Fails when the first page weighs more than the limit: the document, what it loads by itself, and the font.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

const limit = 300 * 1024;
const folder = new URL("../dist", import.meta.url).pathname;
const manifest = JSON.parse(readFileSync(join(folder, ".vite/manifest.json"), "utf8"));

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

function report(title, files) {
  const rows = [...files].map((file) => [file, sent(file)]).sort((a, b) => b[1] - a[1]);
  const total = rows.reduce((sum, row) => sum + row[1], 0);
  console.log(`${title}: ${(total / 1024).toFixed(1)} KB`);
  for (const [file, size] of rows) console.log(`  ${(size / 1024).toFixed(1).padStart(7)} KB  ${file}`);
  return total;
}

const first = new Set(["index.html", "scheme.js", "favicon.svg"]);
collect("index.html", first);
collect("src/features/accounts/SignIn.tsx", first);
for (const asset of readdirSync(join(folder, "assets"))) {
  if (/inter-latin-wght.*\.woff2$/.test(asset)) first.add(`assets/${asset}`);
}
const total = report("first page", first);

// What opening the home of a project adds: told, not limited.
const home = new Set();
for (const key of Object.keys(manifest)) {
  if (/features\/home\/Home\.tsx$|charts\/echarts\.ts$/.test(key)) collect(key, home);
}
for (const file of first) home.delete(file);
report("home and its chart parts, on demand", home);

if (total > limit) {
  console.error(`the first page is over ${limit / 1024} KB`);
  process.exit(1);
}
