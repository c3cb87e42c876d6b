import type { Interval, Range, Unit } from "../../../api/types";

const unitLetters: Record<Unit, string> = { hour: "h", day: "d", week: "w", month: "m" };
const unitsByLetter: Record<string, Unit> = { h: "hour", d: "day", w: "week", m: "month" };

export const defaultRange: Range = { kind: "last", count: 30, unit: "day" };

/** The ranges hands look for first. */
export const presets: Range[] = [
  { kind: "last", count: 1, unit: "day" },
  { kind: "last", count: 24, unit: "hour" },
  { kind: "last", count: 7, unit: "day" },
  { kind: "last", count: 30, unit: "day" },
  { kind: "last", count: 90, unit: "day" },
  { kind: "last", count: 1, unit: "month" },
  { kind: "last", count: 12, unit: "month" },
  { kind: "all" },
];

/** Writes a range for the address bar: 30d, 2026-01-01..2026-01-31, all. */
export function writeRange(range: Range): string {
  switch (range.kind) {
    case "last":
      return `${range.count}${unitLetters[range.unit]}`;
    case "dates":
      return `${range.from}..${range.to}`;
    case "all":
      return "all";
  }
}

/** Reads a range from the address bar; undefined where it is none. */
export function readRange(text: unknown): Range | undefined {
  if (typeof text !== "string") return undefined;
  if (text === "all") return { kind: "all" };
  const last = /^(\d{1,4})([hdwm])$/.exec(text);
  const unit = last?.[2] ? unitsByLetter[last[2]] : undefined;
  if (last && unit) return { kind: "last", count: Math.max(1, Number(last[1])), unit };
  const dates = /^(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})$/.exec(text);
  if (dates?.[1] && dates[2] && dates[1] <= dates[2]) return { kind: "dates", from: dates[1], to: dates[2] };
  return undefined;
}

const daysOf: Record<Unit, number> = { hour: 1 / 24, day: 1, week: 7, month: 30.4 };

/** Returns about how many days a range has; undefined for all time, which only the server knows. */
export function lengthDays(range: Range): number | undefined {
  switch (range.kind) {
    case "last":
      return range.count * daysOf[range.unit];
    case "dates":
      return (Date.parse(range.to) - Date.parse(range.from)) / 86_400_000 + 1;
    case "all":
      return undefined;
  }
}

/** Returns the interval that reads best over a range. */
export function intervalFor(range: Range): Interval {
  const days = lengthDays(range);
  if (days === undefined) return "month";
  if (days <= 2) return "hour";
  if (days <= 92) return "day";
  if (days <= 400) return "week";
  return "month";
}

/** Returns the intervals that give a readable number of points. */
export function usefulIntervals(range: Range): Interval[] {
  const days = lengthDays(range);
  if (days === undefined) return ["day", "week", "month"];
  const all: Interval[] = ["hour", "day", "week", "month"];
  const length: Record<Interval, number> = { hour: 1 / 24, day: 1, week: 7, month: 30.4 };
  return all.filter(
    (interval) => days / length[interval] <= 1500 && (length[interval] <= days || interval === "day"),
  );
}

/** Returns the dates between two buckets, for zooming in. */
export function datesBetween(start: string, end: string): Range {
  const last = new Date(Date.parse(`${end.slice(0, 19)}Z`) - 1000);
  return { kind: "dates", from: start.slice(0, 10), to: last.toISOString().slice(0, 10) };
}
