import type { IngestionCounts, IngestionHistory } from "../../../api/types";
import type { Chart, ChartBucket } from "../../../charts/chart";
import { t } from "../../../texts/texts";

/** What is drawn, with the colour of each: late ones are among the accepted. */
export const outcomes = [
  ["people", 0],
  ["bots", 1],
  ["internal", 2],
  ["duplicates", 4],
  ["refused", 6],
] as const satisfies readonly (readonly [keyof IngestionCounts, number])[];

const seconds = { quarter_hour: 900, hour: 3_600, day: 86_400 };

/** Draws what came in over time, as the project's clock shows it; days are those of UTC. */
export function historyChart(history: IngestionHistory, zone: string): Chart {
  const shownZone = history.interval === "day" ? "UTC" : zone;
  const lines = outcomes.map(([name, color]) => ({
    id: name,
    label: t.collection.health.counts[name],
    color,
    values: history.stretches.map((stretch) => stretch[name]),
    total: history.totals[name],
  }));
  return {
    kind: "stacked",
    interval: history.interval === "day" ? "day" : "hour",
    unit: "number",
    buckets: history.stretches.map(({ start }) => bucket(start, seconds[history.interval], shownZone)),
    previousBuckets: [],
    lines: lines.filter((line) => line.total > 0),
  };
}

function bucket(start: string, length: number, zone: string): ChartBucket {
  const begin = Date.parse(start);
  const end = begin + length * 1_000;
  return { start: wall(begin, zone), end: wall(end, zone), complete: end <= Date.now() };
}

/** The digits that a clock in a zone shows; charts read no more of a time. */
function wall(time: number, zone: string): string {
  // Swedish dates are written as ISO 8601 has them.
  return new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "medium", timeZone: zone })
    .format(time)
    .replace(" ", "T");
}
