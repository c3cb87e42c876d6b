// Records what the real SDKs send, one request a line: node sdk/spec/record.mjs > recorded.ndjson
//
// Needs `npm ci` in e2e and Chromium. Answers are what RadixInsight answers, so that the SDKs go on as they would there.
import { spawn } from "node:child_process";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { launch } from "../../e2e/support/browser.mjs";
import { sdkPages } from "../../e2e/support/sdk_pages.mjs";

const key = "rdx_WireFixtureWireFixtureWireFixtureWireFixtur";
const require = createRequire(new URL("../../e2e/package.json", import.meta.url));
const python = process.env.PYTHON ?? fileURLToPath(new URL("../../e2e/.venv/bin/python", import.meta.url));

let sdk = "";
const server = createServer((request, response) => {
  const parts = [];
  request.on("data", (part) => parts.push(part));
  request.on("end", () => {
    const body = Buffer.concat(parts);
    const { method, url, headers } = request;
    if (method !== "OPTIONS") {
      console.log(JSON.stringify({ sdk, method, url, headers, body: body.toString("base64") }));
    }
    const [status, type, text] = answer(url.split("?")[0], headers, body);
    response.writeHead(status, {
      "content-type": type,
      "access-control-allow-origin": headers.origin ?? "*",
      "access-control-allow-credentials": "true",
      "access-control-allow-headers": headers["access-control-request-headers"] ?? "*",
      "access-control-allow-methods": "GET, POST, OPTIONS",
    });
    response.end(text);
  });
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const host = `http://127.0.0.1:${server.address().port}`;

function answer(path, headers, body) {
  const json = (value) => [200, "application/json", JSON.stringify(value)];
  const config = { token: key, supportedCompression: ["gzip", "gzip-js"], hasFeatureFlags: false, sessionRecording: false };
  if (path.endsWith("/config.js")) {
    const all = "window._POSTHOG_REMOTE_CONFIG";
    return [200, "text/javascript", `${all}=${all}||{};${all}["${key}"]={config:${JSON.stringify(config)},siteApps:[]}`];
  }
  if (path.endsWith("/config")) return json(config);
  if (path.endsWith("/settings")) {
    const target = { apiKey: key, apiHost: `${host.slice(7)}/v1`, protocol: "http" };
    return json({ integrations: { "Segment.io": target } });
  }
  if (path.startsWith("/sourceConfig")) {
    const source = { id: "1", name: "shop", writeKey: key, enabled: true, workspaceId: "1", destinations: [], config: {} };
    return json({ source, updatedAt: "2026-01-01T00:00:00Z" });
  }
  if (path === "/i/v1/analytics/events") {
    return json({ results: Object.fromEntries([...uuids(body, headers)].map((id) => [id, { result: "ok" }])) });
  }
  if (path.startsWith("/static/")) return [404, "text/plain", "not here"];
  if (path.startsWith("/flags")) return json({ flags: {}, featureFlags: {}, errorsWhileComputingFlags: false });
  return json({ status: 1, success: true });
}

function uuids(body, headers) {
  const zlib = require("node:zlib");
  const text = headers["content-encoding"] === "gzip" ? zlib.gunzipSync(body) : body;
  return JSON.parse(text).batch.map((event) => event.uuid);
}

async function posthogNode(mode) {
  process.env.POSTHOG_CAPTURE_MODE = mode;
  const { PostHog } = require("posthog-node");
  const client = new PostHog(key, { host });
  client.capture({ distinctId: "u1", event: "buy", properties: { price: 3 }, groups: { company: "acme" } });
  client.identify({ distinctId: "u1", properties: { plan: "pro", $anon_distinct_id: "anon1" } });
  client.alias({ distinctId: "u1", alias: "anon2" });
  client.groupIdentify({ groupType: "company", groupKey: "acme", properties: { size: 5 } });
  await client.shutdown();
  delete process.env.POSTHOG_CAPTURE_MODE;
}

async function segmentNode() {
  const { Analytics } = require("@segment/analytics-node");
  const client = new Analytics({ writeKey: key, host });
  client.track({ userId: "u1", event: "buy", properties: { price: 3 } });
  client.identify({ userId: "u1", anonymousId: "anon1", traits: { plan: "pro" } });
  client.page({ userId: "u1", category: "docs", name: "start", properties: { url: "https://shop.example/start" } });
  client.screen({ anonymousId: "anon1", name: "first" });
  client.group({ userId: "u1", groupId: "acme", traits: { size: 5 } });
  client.alias({ userId: "u1", previousId: "anon2" });
  await client.closeAndFlush();
}

function pythonSdks() {
  const script = `
import sys
from posthog import Posthog
key, host = sys.argv[1:]
client = Posthog(key, host=host)
client.capture("buy", distinct_id="u1", properties={"price": 3})
client.set(distinct_id="u1", properties={"plan": "pro"})
client.alias("anon2", "u1")
client.group_identify("company", "acme", {"size": 5})
client.shutdown()
try:
    import segment.analytics as analytics
    analytics.write_key, analytics.host = key, host
    analytics.track("u1", "buy", {"price": 3})
    analytics.identify("u1", {"plan": "pro"})
    analytics.flush()
except ImportError:
    print("segment-analytics-python is not installed", file=sys.stderr)
`;
  return new Promise((resolve) => {
    const child = spawn(python, ["-c", script, key, host], { stdio: ["ignore", "inherit", "inherit"] });
    child.once("error", (error) => console.error(`no Python: ${error.message}`));
    child.once("close", resolve);
  });
}

async function inBrowser(name, calls) {
  const ends = [];
  const address = await sdkPages({ after: (end) => ends.push(end) });
  const browser = await launch();
  const page = await browser.newPage();
  page.on("console", (message) => console.error(`${name}: ${message.text()}`));
  await page.goto(address(name, host, key, { utm_source: "news" }));
  await page.waitForFunction(() => window.sdk !== undefined);
  await page.waitForTimeout(1_000);
  await page.evaluate(calls);
  await page.waitForTimeout(6_000);
  await page.click("#buy");
  await page.goto("about:blank");
  await page.waitForTimeout(500);
  await browser.close();
  for (const end of ends) end();
}

const runs = {
  "posthog-node": () => posthogNode("v0"),
  "posthog-node v1": () => posthogNode("v1"),
  "segment-node": segmentNode,
  python: pythonSdks,
  "posthog-js": () =>
    inBrowser("posthog", () => {
      window.sdk.capture("buy", { price: 3 });
      window.sdk.identify("u1", { plan: "pro" });
      window.sdk.group("company", "acme", { size: 5 });
    }),
  "analytics-next": () =>
    inBrowser("segment", async () => {
      await window.sdk.track("buy", { price: 3 });
      await window.sdk.identify("u1", { plan: "pro" });
      await window.sdk.group("acme", { size: 5 });
      await window.sdk.alias("u2");
    }),
  "rudder-js": () =>
    inBrowser("rudder", () => {
      window.sdk.track("buy", { price: 3 });
      window.sdk.identify("u1", { plan: "pro" });
      window.sdk.group("acme", { size: 5 });
      window.sdk.alias("u2");
    }),
};
const wanted = process.argv.slice(2);
for (const [name, run] of Object.entries(runs)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  sdk = name;
  await run();
}
server.close();
server.closeAllConnections();
