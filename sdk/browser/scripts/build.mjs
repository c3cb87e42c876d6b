// Makes the script for a tag (dist/radix.js, small, beside it as .br and .gz) and the module for bundlers (dist/index.js).
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build } from "esbuild";
import { minify } from "terser";

const root = fileURLToPath(new URL("..", import.meta.url));
const { version } = JSON.parse(readFileSync(`${root}package.json`, "utf8"));
const define = { VERSION: JSON.stringify(version) };
const common = { absWorkingDir: root, bundle: true, define, target: "es2021", write: false };

rmSync(`${root}dist`, { recursive: true, force: true });
mkdirSync(`${root}dist`);

const module = await build({ ...common, entryPoints: ["src/index.ts"], format: "esm" });
writeFileSync(`${root}dist/index.js`, module.outputFiles[0].contents);

const script = await build({ ...common, entryPoints: ["src/script.ts"], format: "iife", minifySyntax: true });
const { code } = await minify(script.outputFiles[0].text.replace('"use strict";', ""), {
  ecma: 2020,
  // What zips best, found by trying.
  compress: {
    passes: 4,
    sequences: false,
    hoist_funs: true,
    unsafe: true,
    unsafe_arrows: true,
    unsafe_methods: true,
    pure_getters: true,
  },
  mangle: { toplevel: true },
});
writeFileSync(`${root}dist/radix.js`, code);
writeFileSync(`${root}dist/radix.js.gz`, gzipSync(code, { level: 9 }));
writeFileSync(`${root}dist/radix.js.br`, brotliCompressSync(code));
