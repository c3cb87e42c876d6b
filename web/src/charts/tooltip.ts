import type { Chart, ChartLine } from "./chart";
import { bucketName, change, exact, percentChange } from "./format";
import { colorOf, type Look } from "./palette";

const maxRows = 12;

export type TooltipTexts = { incomplete: string; before: string; more: (count: number) => string };

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

function row(chart: Chart, line: ChartLine, index: number, look: Look, locale: string): string {
  const value = line.values[index] ?? null;
  const before = line.previous?.values[index] ?? null;
  const fraction = line.previous ? change(value, before) : null;
  const isJudged = fraction !== null && chart.buckets[index]?.complete;
  const against = line.previous
    ? `<span class="chart-tip-before">${exact(before, chart.unit, locale)}</span>` +
      `<span class="chart-tip-before">${isJudged ? percentChange(fraction, locale) : ""}</span>`
    : "";
  return (
    `<span class="chart-tip-swatch" style="background:${colorOf(look, line.color)}"></span>` +
    `<span class="chart-tip-label">${escapeHtml(line.label)}</span>` +
    `<span class="chart-tip-value">${exact(value, chart.unit, locale)}</span>${against}`
  );
}

/** Reads all lines at one bucket, as HTML; every text from outside is escaped. */
export function tooltip(
  chart: Chart,
  index: number,
  look: Look,
  locale: string,
  texts: TooltipTexts,
): string {
  const bucket = chart.buckets[index];
  if (!bucket) return "";
  const lines = [...chart.lines];
  if (lines.length > 3) lines.sort((a, b) => (b.values[index] ?? -Infinity) - (a.values[index] ?? -Infinity));
  const shown = lines.slice(0, maxRows);
  const before = chart.previousBuckets[index];
  const head =
    `<div class="chart-tip-head">${escapeHtml(bucketName(bucket, chart.interval, locale))}` +
    `${bucket.complete ? "" : `<em>${escapeHtml(texts.incomplete)}</em>`}</div>` +
    (before
      ? `<div class="chart-tip-sub">${escapeHtml(texts.before)} ${escapeHtml(bucketName(before, chart.interval, locale))}</div>`
      : "");
  const columns = before ? "chart-tip-rows chart-tip-compared" : "chart-tip-rows";
  const body = shown.map((line) => row(chart, line, index, look, locale)).join("");
  const rest = lines.length - shown.length;
  const foot = rest > 0 ? `<div class="chart-tip-sub">${escapeHtml(texts.more(rest))}</div>` : "";
  return `${head}<div class="${columns}">${body}</div>${foot}`;
}
