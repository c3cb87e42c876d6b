// The style sheet of the component library, with the components that the page is made of and no others: whole, it would
// be a tenth of the first load. Found by reading imports, so that a new component brings its style by itself.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");
const library = join(root, "node_modules/@mantine");
const components = join(library, "core/esm/components");
/** What every page needs, components or not. */
const always = ["default-css-variables", "baseline", "global"];

/** Returns the names of the sheets in use, in the order in which the library has them. */
export function sheetsInUse() {
  const core = join(library, "core");
  const known = new Set(
    readdirSync(join(core, "styles"))
      .filter((file) => file.endsWith(".layer.css"))
      .map((file) => file.replace(".layer.css", "")),
  );
  const places = new Map(
    readdirSync(components, { recursive: true })
      .filter((file) => file.endsWith(".mjs") && !file.endsWith(".module.mjs"))
      .map((file) => [nameOf(file), join(components, file)]),
  );
  const found = new Set(always);
  const seen = new Set();
  const follow = (path) => {
    if (seen.has(path)) return;
    seen.add(path);
    if (path.endsWith(".module.mjs")) {
      if (known.has(nameOf(path))) found.add(nameOf(path));
      return;
    }
    for (const [, next] of readFileSync(path, "utf8").matchAll(/from "(\.[^"]+)"/g)) {
      const file = resolve(dirname(path), next);
      if (file.startsWith(join(core, "esm"))) follow(file);
    }
  };
  for (const name of namesInUse()) if (places.has(name)) follow(places.get(name));
  const whole = readFileSync(join(core, "styles.layer.css"), "utf8");
  const position = (name) => {
    if (always.includes(name)) return -1;
    const [own] = /\.m_\w+/.exec(sheetOf(name)) ?? [];
    return own ? whole.indexOf(own) : whole.length;
  };
  return [...found].sort((a, b) => position(a) - position(b));
}

/** Returns the names that the page, and the library's other parts in use, take from its core. */
function namesInUse() {
  const own = sourcesOf(join(root, "src"), /\.tsx?$/);
  const parts = ["dates", "notifications", "spotlight"].filter((part) =>
    own.some((text) => text.includes(`"@mantine/${part}"`)),
  );
  const others = parts.flatMap((part) => sourcesOf(join(library, part, "esm"), /\.mjs$/));
  return [...own, ...others].flatMap((text) =>
    [...text.matchAll(/import \{([^}]+)\} from "@mantine\/core"/g)].flatMap(([, names]) =>
      names.split(",").map((name) => name.trim().split(" ")[0]),
    ),
  );
}

function sourcesOf(folder, pattern) {
  return readdirSync(folder, { recursive: true })
    .filter((file) => pattern.test(file))
    .map((file) => readFileSync(join(folder, file), "utf8"));
}

function sheetOf(name) {
  return readFileSync(join(library, `core/styles/${name}.layer.css`), "utf8");
}

function nameOf(path) {
  return path.replace(/.*\//, "").replace(".module", "").replace(".mjs", "");
}

/** Stands for `virtual:library.css`. */
export function librarySheet() {
  const id = "virtual:library.css";
  return {
    name: "library-sheet",
    resolveId: (source) => (source === id ? `\0${id}` : undefined),
    load: (wanted) => (wanted === `\0${id}` ? sheetsInUse().map(sheetOf).join("\n") : undefined),
  };
}
