import type { BreakdownValue, Line, TrendsAnswer } from "../../../api/types";
import type { Chart, ChartKind, ChartLine, ChartUnit } from "../../../charts/chart";
import { t } from "../../../texts/texts";
import { valueName } from "../properties";

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

/** The grey at the end of the data palette. */
const neutral = 9;

function identityOf(line: Line): string {
  const value = line.breakdown;
  return JSON.stringify([line.key, value?.kind ?? "", value?.kind === "value" ? value.value : ""]);
}

function nameOf(line: Line, property: string | undefined, isManyKeys: boolean): string {
  if (!line.breakdown) return line.label;
  const value = breakdownName(line.breakdown, property);
  return isManyKeys ? `${value} · ${line.label}` : value;
}

/** Pairs the lines of now with those of before and gives each its name and colour. */
export function linesOf(answer: TrendsAnswer, property: string | undefined): ChartLine[] {
  const before = new Map(
    answer.lines.filter((line) => line.period === "previous").map((line) => [identityOf(line), line]),
  );
  const current = answer.lines.filter((line) => line.period === "current");
  const isManyKeys = new Set(current.map((line) => line.key)).size > 1;
  return current.map((line, index) => {
    const previous = before.get(identityOf(line));
    return {
      id: identityOf(line),
      label: nameOf(line, property, isManyKeys),
      // The rest is no value of its own: it stays grey.
      color: line.breakdown?.kind === "other" ? neutral : index,
      values: line.values,
      total: line.total ?? null,
      ...(previous ? { previous: { values: previous.values, total: previous.total ?? null } } : {}),
    };
  });
}

type ChartOptions = {
  kind: ChartKind;
  property?: string;
  unit?: ChartUnit;
  hidden?: ReadonlySet<string>;
  fill?: boolean;
};

/** Returns the chart of an answer. */
export function chartOf(answer: TrendsAnswer, options: ChartOptions): Chart {
  const lines = linesOf(answer, options.property).filter((line) => !options.hidden?.has(line.id));
  return {
    kind: options.kind,
    interval: answer.interval,
    unit: options.unit ?? "number",
    buckets: answer.buckets,
    previousBuckets: answer.previous_buckets ?? [],
    lines,
    fill: options.fill,
  };
}
