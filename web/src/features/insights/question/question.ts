import type { Formula, Interval, Measure, Range, Traffic, Trends } from "../../../api/types";
import { intervalFor, usefulIntervals } from "../range/range";
import { filterOf, type Where } from "./where";

export type ChartChoice = "line" | "area" | "bar" | "stacked" | "pie" | "number" | "table";
export const chartChoices: ChartChoice[] = ["line", "area", "bar", "stacked", "pie", "number", "table"];

export const traffics: Traffic[] = ["people", "bots", "internal", "all"];

export type MeasureKind = Measure["kind"];
export const measureKinds: MeasureKind[] = [
  "unique_users",
  "count",
  "unique_sessions",
  "sum",
  "average",
  "median",
  "p90",
  "minimum",
  "maximum",
];

export type SeriesState = { event?: string; measure: Measure; where: Where; name?: string };

/** What the builder of trends holds; all of it is in the address bar. */
export type Question = {
  series: SeriesState[];
  formulas: Formula[];
  where: Where;
  breakdown?: { property: string; limit: number };
  range: Range;
  /** Absent: what reads best over the range. */
  interval?: Interval;
  isCompared: boolean;
  /** Whose events count. */
  traffic: Traffic;
  chart: ChartChoice;
};

export const maxSeries = 10;
export const maxFormulas = 5;

export function letterOf(index: number): string {
  return String.fromCharCode(65 + index);
}

export function measureOf(kind: MeasureKind, property: string): Measure {
  if (kind === "count" || kind === "unique_users" || kind === "unique_sessions") return { kind };
  return { kind, property };
}

export function propertyOf(measure: Measure): string | undefined {
  return "property" in measure ? measure.property : undefined;
}

/** Returns the interval in force. */
export function effectiveInterval(question: Question): Interval {
  const { interval, range } = question;
  return interval && usefulIntervals(range).includes(interval) ? interval : intervalFor(range);
}

/** Tells whether the question can be asked: a measure of a property needs one, a formula its text. */
export function isComplete(question: Question): boolean {
  const isNamed = question.series.every((series) => propertyOf(series.measure) !== "");
  return isNamed && question.series.length > 0;
}

/** Returns the question as the server takes it. */
export function trendsOf(question: Question): Trends {
  const filter = filterOf(question.where);
  const formulas = question.formulas.filter((formula) => formula.expression.trim() !== "");
  return {
    series: question.series.map((series) => {
      const own = filterOf(series.where);
      return {
        ...(series.event ? { event: series.event } : {}),
        measure: series.measure,
        ...(own ? { filter: own } : {}),
        ...(series.name ? { name: series.name } : {}),
      };
    }),
    ...(formulas.length > 0 ? { formulas } : {}),
    range: question.range,
    interval: effectiveInterval(question),
    ...(filter ? { filter } : {}),
    ...(question.traffic === "people" ? {} : { traffic: question.traffic }),
    ...(question.breakdown ? { breakdown: question.breakdown } : {}),
    ...(question.isCompared ? { compare: "previous_period" as const } : {}),
  };
}
