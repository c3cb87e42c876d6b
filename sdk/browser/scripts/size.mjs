// Fails when the script is heavier than promised.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

// 3 KB, rounded.
const limit = 3_120;
const code = readFileSync(new URL("../dist/radix.js", import.meta.url));
const size = gzipSync(code, { level: 9 }).length;
console.log(`radix.js: ${size} of ${limit} bytes (gzip), ${code.length} as it is`);
if (size > limit) {
  console.error(`radix.js is ${size - limit} bytes too heavy`);
  process.exit(1);
}
