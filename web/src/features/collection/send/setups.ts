/** Ways to send events, each filled with this server and a key. */
export const setupNames = [
  "web",
  "browser",
  "posthog-js",
  "segment-web",
  "rudderstack",
  "posthog-node",
  "posthog-python",
  "segment-node",
  "http",
  "file",
] as const;
export type SetupName = (typeof setupNames)[number];

/** What belongs to one product or place, in the order people look for it. */
export const setupGroups: { name: "site" | "server" | "rest"; setups: SetupName[] }[] = [
  { name: "site", setups: ["web", "browser", "posthog-js", "segment-web", "rudderstack"] },
  { name: "server", setups: ["posthog-node", "posthog-python", "segment-node"] },
  { name: "rest", setups: ["http", "file"] },
];

/** A piece to copy: a command or a file. */
export type SetupPart = { label: "install" | "code" | "many" | "run"; code: string };

export function setupOf(name: SetupName, host: string, key: string): SetupPart[] {
  switch (name) {
    case "web":
      return [code(`<script defer src="${host}/radix.js" data-key="${key}"></script>`)];
    case "browser":
      return [
        install("npm install @radixinsight/browser"),
        code(`import { radix } from "@radixinsight/browser";

radix.init({ key: "${key}", api: "${host}/r/e" });
radix.track("signed up", { plan: "pro" });`),
      ];
    case "posthog-js":
      return [
        install("npm install posthog-js"),
        code(`import posthog from "posthog-js";

posthog.init("${key}", { api_host: "${host}" });
posthog.capture("signed up", { plan: "pro" });`),
      ];
    case "segment-web":
      return [
        install("npm install @segment/analytics-next"),
        code(`import { AnalyticsBrowser } from "@segment/analytics-next";

const analytics = AnalyticsBrowser.load({
  writeKey: "${key}",
  cdnURL: "${host}",
});
analytics.page();
analytics.track("signed up", { plan: "pro" });`),
      ];
    case "rudderstack":
      return [
        install("npm install @rudderstack/analytics-js"),
        code(`import { RudderAnalytics } from "@rudderstack/analytics-js";

const analytics = new RudderAnalytics();
analytics.load("${key}", "${host}", { configUrl: "${host}" });
analytics.page();
analytics.track("signed up", { plan: "pro" });`),
      ];
    case "posthog-node":
      return [
        install("npm install posthog-node"),
        code(`import { PostHog } from "posthog-node";

const client = new PostHog("${key}", { host: "${host}" });

client.capture({
  distinctId: "user-17",
  event: "signed up",
  properties: { plan: "pro" },
});
await client.shutdown();`),
      ];
    case "posthog-python":
      return [
        install("pip install posthog"),
        code(`from posthog import Posthog

client = Posthog("${key}", host="${host}")

client.capture("signed up", distinct_id="user-17", properties={"plan": "pro"})
client.shutdown()`),
      ];
    case "segment-node":
      return [
        install("npm install @segment/analytics-node"),
        code(`import { Analytics } from "@segment/analytics-node";

const analytics = new Analytics({ writeKey: "${key}", host: "${host}" });

analytics.track({
  userId: "user-17",
  event: "signed up",
  properties: { plan: "pro" },
});
await analytics.closeAndFlush();`),
      ];
    case "http":
      return [
        code(`curl ${host}/api/v1/events \\
  -H 'Authorization: Bearer ${key}' \\
  -H 'Content-Type: application/json' \\
  -d '{"event": "signed up", "distinct_id": "user-17", "properties": {"plan": "pro"}}'`),
        {
          label: "many",
          code: `curl ${host}/api/v1/events \\
  -H 'Authorization: Bearer ${key}' \\
  -H 'Content-Type: application/x-ndjson' \\
  --data-binary @- <<'END'
{"event": "$pageview", "distinct_id": "user-17", "properties": {"$current_url": "https://example.com/pricing"}}
{"event": "signed up", "distinct_id": "user-17", "properties": {"plan": "pro"}}
END`,
        },
      ];
    case "file":
      return [
        { label: "run", code: `radixinsight import events.ndjson access.log --server ${host} --key ${key}` },
      ];
  }
}

function install(command: string): SetupPart {
  return { label: "install", code: command };
}

function code(text: string): SetupPart {
  return { label: "code", code: text };
}
