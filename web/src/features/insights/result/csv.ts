import type { Chart } from "../../../charts/chart";

/** Writes the table of a chart as CSV: one row a line, one column a bucket, numbers as they are. */
export function csvOf(chart: Chart): string {
  const head = ["series", "total", ...chart.buckets.map((bucket) => bucket.start)];
  const rows = chart.lines.map((line) => [line.label, line.total, ...line.values]);
  return [head, ...rows].map((row) => row.map(cell).join(",")).join("\r\n");
}

/** Spreadsheets take a text that begins with = + - @ for a formula; an apostrophe keeps it text. */
function cell(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
