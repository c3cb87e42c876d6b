import type { Chart } from "./chart";
import { bucketName, exact } from "./format";

/** Says in one sentence what the chart shows, for those who do not see it. */
export function describe(chart: Chart, locale: string): string {
  const first = chart.buckets[0];
  const last = chart.buckets.at(-1);
  if (!first || !last) return "";
  const span = `${bucketName(first, chart.interval, locale)} – ${bucketName(last, chart.interval, locale)}`;
  const lines = chart.lines
    .slice(0, 10)
    .map((line) => `${line.label}: ${exact(line.total, chart.unit, locale)}`);
  return `${span}. ${lines.join("; ")}.`;
}
