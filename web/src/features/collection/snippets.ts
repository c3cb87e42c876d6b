/** Ways to send an event that work today, filled with this server and a key. */
export type SnippetName = "web" | "curl" | "node" | "python" | "batch" | "file";

export function snippetOf(name: SnippetName, host: string, key: string): string {
  switch (name) {
    case "web":
      return `<script defer src="${host}/radix.js" data-key="${key}"></script>`;
    case "curl":
      return `curl ${host}/api/v1/events \\
  -H 'Authorization: Bearer ${key}' \\
  -H 'Content-Type: application/json' \\
  -d '{"event": "sign up", "user_id": "u-1", "properties": {"plan": "pro"}}'`;
    case "node":
      return `// npm install posthog-node
import { PostHog } from "posthog-node";

const client = new PostHog("${key}", {
  host: "${host}",
});

client.capture({
  distinctId: "u-1",
  event: "sign up",
  properties: { plan: "pro" },
});
await client.shutdown();`;
    case "python":
      return `# pip install posthog
from posthog import Posthog

client = Posthog("${key}", host="${host}")

client.capture("sign up", distinct_id="u-1", properties={"plan": "pro"})
client.shutdown()`;
    case "batch":
      return `curl ${host}/api/v1/events \\
  -H 'Authorization: Bearer ${key}' \\
  -H 'Content-Type: application/x-ndjson' \\
  --data-binary @- <<'END'
{"event": "$pageview", "user_id": "u-1", "properties": {"$current_url": "https://example.com/pricing"}}
{"event": "sign up", "user_id": "u-1", "properties": {"plan": "pro"}}
END`;
    case "file":
      return `radixinsight import events.ndjson access.log \
  --server ${host} --key ${key}`;
  }
}
