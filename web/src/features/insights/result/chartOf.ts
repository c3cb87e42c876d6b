import type { BreakdownValue, Line, TrendsAnswer } from "../../../api/types";
import type { Chart, ChartKind, ChartLine, ChartUnit } from "../../../charts/chart";
import { noneColor, otherColor } from "../../../charts/palette";
import { t } from "../../../texts/texts";
import { valueName } from "../properties";
import { colorsOf } from "./colors";

/** Names one value of a breakdown, as tables and legends show it. */
export function breakdownName(value: BreakdownValue, property: string | undefined): string {
  switch (value.kind) {
    case "value":
      return valueName(property ?? "", value.value);
    case "none":
      // What is marked as nothing else is people's.
      return property === "$traffic" ? t.traffic.names.people : t.explore.none;
    case "other":
      return t.explore.other;
  }
}

function identityOf(line: Line): string {
  const value = line.breakdown;
  return JSON.stringify([line.key, value?.kind ?? "", value?.kind === "value" ? value.value : ""]);
}

function nameOf(line: Line, property: string | undefined, labels: Labels, isManyKeys: boolean): string {
  const label = labels?.get(line.key) ?? line.label;
  if (!line.breakdown) return label;
  const value = breakdownName(line.breakdown, property);
  return isManyKeys ? `${value} · ${label}` : value;
}

/** What the lines of a series or formula are called, by its letter or expression. */
type Labels = ReadonlyMap<string, string> | undefined;

/** Pairs the lines of now with those of before and gives each its name and colour. */
export function linesOf(answer: TrendsAnswer, property: string | undefined, labels?: Labels): ChartLine[] {
  const before = new Map(
    answer.lines.filter((line) => line.period === "previous").map((line) => [identityOf(line), line]),
  );
  const current = answer.lines.filter((line) => line.period === "current");
  const keys = [...new Set(current.map((line) => line.key))];
  const colors = colorsOfLines(current, keys, property);
  return current.map((line, index) => {
    const previous = before.get(identityOf(line));
    return {
      id: identityOf(line),
      label: nameOf(line, property, labels, keys.length > 1),
      color: colors[index] ?? 0,
      values: line.values,
      total: line.total ?? null,
      ...(previous ? { previous: { values: previous.values, total: previous.total ?? null } } : {}),
    };
  });
}

/** A series has the colour of its letter; a value of a breakdown keeps its own; the rest and what has none are grey. */
function colorsOfLines(lines: Line[], keys: string[], property: string | undefined): number[] {
  const named = lines.map(({ breakdown, key }) => {
    if (breakdown?.kind !== "value") return undefined;
    return keys.length > 1 ? `${key} ${breakdown.value}` : breakdown.value;
  });
  const values = named.filter((name) => name !== undefined);
  const colors = new Map(colorsOf(property ?? "", values).map((color, index) => [values[index], color]));
  return lines.map((line, index) => {
    if (line.breakdown?.kind === "other") return otherColor;
    if (line.breakdown?.kind === "none") return noneColor;
    return colors.get(named[index]) ?? keys.indexOf(line.key);
  });
}

type ChartOptions = {
  kind: ChartKind;
  property?: string;
  labels?: ReadonlyMap<string, string>;
  unit?: ChartUnit;
  hidden?: ReadonlySet<string>;
  fill?: boolean;
};

/** Returns the chart of an answer. */
export function chartOf(answer: TrendsAnswer, options: ChartOptions): Chart {
  const lines = linesOf(answer, options.property, options.labels).filter(
    (line) => !options.hidden?.has(line.id),
  );
  return {
    kind: options.kind,
    interval: answer.interval ?? "day",
    unit: options.unit ?? "number",
    buckets: answer.buckets,
    previousBuckets: answer.previous_buckets ?? [],
    lines,
    zone: answer.zone,
    fill: options.fill,
  };
}

/** Kinds of chart that set numbers on each other, and what shows the same numbers side by side. */
const sideBySide = { area: "line", stacked: "bar", pie: "ranked" } as const;

/** Returns how lines are to be drawn: numbers that do not add up are not set on each other. */
export function drawnKind(kind: ChartKind, lines: number, doesAddUp: boolean): ChartKind {
  if (doesAddUp || lines < 2) return kind;
  return sideBySide[kind as keyof typeof sideBySide] ?? kind;
}
