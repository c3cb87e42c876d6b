import type { Compare, Formula, Interval, Measure, Range, Traffic, Trends } from "../../../api/types";
import { intervalFor, usefulIntervals } from "../range/range";
import { formulaState } from "./formula";
import { filterOf, type Where } from "./where";

export type ChartChoice = "line" | "area" | "bar" | "stacked" | "pie" | "number" | "table";
export const chartChoices: ChartChoice[] = ["line", "area", "bar", "stacked", "pie", "number", "table"];

export const traffics: Traffic[] = ["people", "bots", "internal", "all"];

/** What the builder offers: measures of whole sessions are Home's. */
export type BuilderMeasure = Exclude<Measure, { kind: "bounce_rate" | "session_duration" }>;
export type MeasureKind = BuilderMeasure["kind"];
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

export type SeriesState = { event?: string; measure: BuilderMeasure; where: Where; name?: string };

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
  /** Compared with the year before, rather than with the days right before. */
  isYearBefore?: boolean;
  /** Whose events count. */
  traffic: Traffic;
  chart: ChartChoice;
};

export const maxSeries = 10;
export const maxFormulas = 5;

export function letterOf(index: number): string {
  return String.fromCharCode(65 + index);
}

export function measureOf(kind: MeasureKind, property: string): BuilderMeasure {
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

/** Tells whether the question can be asked: a measure of a property needs one, and a formula is written to its end. */
export function isComplete(question: Question): boolean {
  const isNamed = question.series.every((series) => propertyOf(series.measure) !== "");
  const isWritten = question.formulas.every(
    ({ expression }) =>
      expression.trim() === "" || formulaState(expression, question.series.length).kind === "whole",
  );
  return isNamed && isWritten && question.series.length > 0;
}

function compareOf(question: Question): Compare {
  return question.isYearBefore ? "previous_year" : "previous_period";
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
    ...(question.isCompared ? { compare: compareOf(question) } : {}),
  };
}

/** Whether the numbers of the lines are parts of a whole: people and sessions may stand in several lines, and a mean or
 * a greatest value is no part of anything. */
export function addsUp(question: Question): boolean {
  const hasFormula = question.formulas.some((formula) => formula.expression.trim() !== "");
  return (
    !hasFormula && question.series.every(({ measure }) => measure.kind === "count" || measure.kind === "sum")
  );
}

/** Tells whether two questions differ by what somebody writes letter by letter only: a name, a formula. */
export function isTyped(before: Question, after: Question): boolean {
  return untyped(before) === untyped(after);
}

function untyped({ series, formulas, ...rest }: Question): string {
  return JSON.stringify([series.map(({ name, ...one }) => one), formulas.length, rest]);
}
