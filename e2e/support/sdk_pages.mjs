// Pages of somebody's shop, each with another vendor's browser SDK and no change but the address and the key.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** Where each SDK's files are, as a bundler would take them from npm. */
const folders = {
  posthog: here("../../sdk/vendors/node_modules/posthog-js/dist"),
  segment: here("../../sdk/vendors/node_modules/@segment/analytics-next/dist/umd"),
  rudder: here("../node_modules/@rudderstack/analytics-js/dist/npm/modern/bundled/esm"),
};

/** What each page does once it is loaded; the SDK is `window.sdk` then. */
const scripts = {
  posthog: `
    import posthog from "/sdk/posthog/module.js";
    // It sends nothing for a browser that looks like a robot, as this one does.
    posthog.init(key, { api_host: host, opt_out_useragent_filter: true });
    window.sdk = posthog;`,
  segment: `
    await new Promise((loaded) => load("/sdk/segment/index.js", loaded));
    window.sdk = window.AnalyticsNext.AnalyticsBrowser.load({ writeKey: key, cdnURL: host });
    window.sdk.page();`,
  // As PostHog's snippet does: calls are kept until its script has come, from the host it sends to.
  posthog_snippet: `
    window.posthog = Object.assign([], { __SV: 1, _i: [], init: (...call) => window.posthog._i.push(call) });
    window.posthog.init(key, { api_host: host, opt_out_useragent_filter: true, capture_performance: { web_vitals: true } });
    load(host + "/static/array.js", () => (window.sdk = window.posthog));`,
  // As Segment's snippet does, with another host for its script.
  segment_snippet: `
    const calls = [["page"], ["ready", () => (window.sdk = window.analytics)]];
    window.analytics = Object.assign(calls, { _writeKey: key, _cdn: host, invoked: true });
    load(host + "/analytics.js/v1/" + key + "/analytics.min.js");`,
  rudder: `
    import { RudderAnalytics } from "/sdk/rudder/index.mjs";
    window.sdk = new RudderAnalytics();
    window.sdk.load(key, host, { configUrl: host });
    window.sdk.page();`,
};

/** Serves the pages on a free port until `test` ends; returns the address of one of them. */
export async function sdkPages(test) {
  const server = createServer((request, response) => {
    answer(new URL(request.url, "http://page").pathname).then(
      ([type, body]) => response.writeHead(200, { "content-type": type }).end(body),
      () => response.writeHead(404, { "content-type": "text/plain" }).end("not here"),
    );
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  test.after(() => new Promise((resolve) => server.close(resolve)));
  const { port } = server.address();
  return (sdk, host, key, query = {}) =>
    `http://127.0.0.1:${port}/${sdk}?${new URLSearchParams(query)}#${new URLSearchParams({ host, key })}`;
}

async function answer(path) {
  const [, first, sdk, ...rest] = path.split("/");
  if (first === "favicon.ico") return ["image/x-icon", ""];
  if (first !== "sdk") return ["text/html; charset=utf-8", page(first)];
  const file = join(folders[sdk], normalize(`/${rest.join("/")}`));
  return ["text/javascript; charset=utf-8", await readFile(file)];
}

function page(sdk) {
  const script = scripts[sdk];
  if (!script) throw new Error("no such page");
  return `<!doctype html><html lang="en"><head><title>A shop</title></head><body>
    <h1>A shop</h1><button id="buy">Buy it</button>
    <script type="module">
    const { host, key } = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
    const load = (src, onload) =>
      document.head.append(Object.assign(document.createElement("script"), { src, onload, crossOrigin: "anonymous" }));
    ${script}
    </script></body></html>`;
}
