// Lays out what the server has to answer: other vendors' scripts at the paths their snippets load.
import { cpSync, readdirSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL(".", import.meta.url));
const posthog = `${root}node_modules/posthog-js/`;
const segment = `${root}node_modules/@segment/analytics-next/`;

/** What array.js loads once it is asked to; recordings, surveys and the toolbar have no server here. */
const posthogScripts = [
  "array.js",
  "dead-clicks-autocapture.js",
  "exception-autocapture.js",
  "tracing-headers.js",
  "web-vitals.js",
  "web-vitals-with-attribution.js",
];

rmSync(`${root}dist`, { recursive: true, force: true });
for (const name of posthogScripts) put(`static/${name}`, `${posthog}dist/${name}`);
put("static/LICENSE.txt", `${posthog}LICENSE`);

put("analytics-next/analytics.min.js", `${segment}dist/umd/standalone.js`);
for (const name of readdirSync(`${segment}dist/umd`)) {
  if (name.endsWith(".js") && name.includes(".bundle.")) put(`analytics-next/bundles/${name}`, `${segment}dist/umd/${name}`);
}
put("analytics-next/LICENSE.txt", `${segment}LICENSE.MD`);

function put(path, source) {
  cpSync(source, `${root}dist/${path}`);
}
