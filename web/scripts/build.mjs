// Builds the page in two passes. The first tells which modules Home, Explore and the entrance really load, after
// everything unused is gone; the second puts those of every place into one file and those of each of the three into
// another. Few files come faster than many small ones, and nothing is loaded that is not drawn.
import { build } from "vite";

const places = [
  "src/features/home/Home.tsx",
  "src/features/insights/Explore.tsx",
  "src/features/accounts/SignIn.tsx",
];
const entry = "index.html";

const first = await build({ logLevel: "error", build: { write: false, minify: false } });
const chunks = first.output.filter((part) => part.type === "chunk");
const byFile = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));

/** Returns the modules that come with a place: those of its file and of all that it imports at once. */
function modulesOf(place) {
  const start = chunks.find((chunk) => chunk.facadeModuleId?.endsWith(`/web/${place}`));
  if (!start) throw new Error(`${place} has no file of its own any more: name it in scripts/build.mjs`);
  const modules = new Set();
  const seen = new Set();
  const follow = (chunk) => {
    if (!chunk || seen.has(chunk)) return;
    seen.add(chunk);
    for (const id of chunk.moduleIds) modules.add(id);
    for (const file of chunk.imports) follow(byFile.get(file));
  };
  follow(start);
  return modules;
}

const base = modulesOf(entry);
const [home, explore, signIn] = places.map(modulesOf);
for (const id of explore) if (home.has(id) || signIn.has(id)) base.add(id);
// What begins the page stays a file of its own.
for (const modules of [base, home, explore, signIn]) {
  for (const id of modules) if (/\/(index\.html|src\/main\.tsx)$/.test(id)) modules.delete(id);
}
const groups = [
  ["base", base],
  ["home", home],
  ["explore", explore],
  ["entrance", signIn],
].map(([name, modules], index) => ({
  name: (id) => (modules.has(id) ? name : null),
  priority: 10 - index,
  includeDependenciesRecursively: false,
}));

await build({
  build: {
    rolldownOptions: {
      preserveEntrySignatures: false,
      output: { strictExecutionOrder: true, codeSplitting: { groups } },
    },
  },
});
