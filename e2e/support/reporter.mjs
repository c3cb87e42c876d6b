// A short line a check, what went wrong below it, and at the end what failed once more, and the sums.
import { basename } from "node:path";

export default async function* report(events) {
  const sums = { passed: 0, failed: [] };
  // How many checks were seen at each depth since the last one above it.
  const seen = [];
  for await (const { type, data } of events) {
    if (type === "test:stdout" || type === "test:stderr") yield data.message;
    if (type === "test:diagnostic" && data.file) yield `   ${data.message}\n`;
    if (type !== "test:pass" && type !== "test:fail") continue;
    const hasParts = (seen[data.nesting + 1] ?? 0) > 0;
    seen[data.nesting + 1] = 0;
    seen[data.nesting] = (seen[data.nesting] ?? 0) + 1;
    const isSumOfParts = type === "test:pass" || data.details.error?.failureType === "subtestsFailed";
    if (!(hasParts && isSumOfParts)) yield line(type, data, sums);
  }
  // Whoever sees only the end of it sees all that failed.
  yield* sums.failed;
  yield `${sums.passed} passed, ${sums.failed.length} failed\n`;
}

function line(type, data, sums) {
  const part = basename(data.file ?? "").replace(".test.mjs", "");
  const seconds = (data.details.duration_ms / 1000).toFixed(1);
  if (data.skip !== undefined) return `-- ${part}: ${data.name} (left out: ${data.skip})\n`;
  if (type === "test:pass") {
    sums.passed += 1;
    return `ok ${part}: ${data.name} (${seconds} s)\n`;
  }
  const { error } = data.details;
  const cause = error?.cause ?? error;
  const told = String(cause?.stack ?? cause).replace(/^/gm, "      ");
  const title = `NO ${part}: ${data.name}`;
  sums.failed.push(`${title}: ${told.trimStart().split("\n", 4).join("\n")}\n`);
  return `${title} (${seconds} s)\n${told}\n`;
}
