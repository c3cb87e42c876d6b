import type { Chart } from "./chart";
import { change, exact, percentChange } from "./format";

/** What one line says at one bucket. */
export type Reading = {
  id: string;
  label: string;
  color: number;
  value: string;
  before?: string;
  change?: string;
};

const maxRows = 12;

/** Reads all lines at one bucket, the largest first where they are many; those that have no room are counted. */
export function readingsAt(chart: Chart, bucket: number, locale: string): { rows: Reading[]; rest: number } {
  const lines = [...chart.lines];
  const heightOf = (line: Chart["lines"][number]) => line.values[bucket] ?? -Infinity;
  if (lines.length > 3) lines.sort((a, b) => heightOf(b) - heightOf(a));
  const isComplete = chart.buckets[bucket]?.complete ?? true;
  const rows = lines.slice(0, maxRows).map((line) => {
    const value = line.values[bucket] ?? null;
    const reading = {
      id: line.id,
      label: line.label,
      color: line.color,
      value: exact(value, chart.unit, locale),
    };
    if (!line.previous) return reading;
    const before = line.previous.values[bucket] ?? null;
    const fraction = change(value, before);
    // What is not over yet says nothing about more or less.
    const isJudged = fraction !== null && isComplete;
    return {
      ...reading,
      before: exact(before, chart.unit, locale),
      change: isJudged ? percentChange(fraction, locale) : "",
    };
  });
  return { rows, rest: lines.length - rows.length };
}
