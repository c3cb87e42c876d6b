// The question in the address bar: short names, nothing that equals the default.
import type { Formula, Interval, Traffic } from "../../../api/types";
import { defaultRange, readRange, writeRange } from "../range/range";
import {
  type ChartChoice,
  chartChoices,
  type MeasureKind,
  maxFormulas,
  maxSeries,
  measureKinds,
  measureOf,
  propertyOf,
  type Question,
  type SeriesState,
  traffics,
} from "./question";
import { readWhere, type WhereParam, writeWhere } from "./where";

type SeriesParam = { event?: string; measure?: MeasureKind; of?: string; where?: WhereParam; name?: string };

export type ExploreSearch = {
  series?: SeriesParam[];
  formulas?: Formula[];
  where?: WhereParam;
  by?: string;
  top?: number;
  range?: string;
  interval?: Interval;
  /** The period before, or the year before. */
  compare?: true | "year";
  traffic?: Traffic;
  chart?: ChartChoice;
};

const defaultMeasure: MeasureKind = "unique_users";
const defaultLimit = 10;

/** Where a newcomer starts, with the event that the project has most: a sensible question already asked. */
function firstSeries(event: string | undefined): SeriesState {
  return { ...(event ? { event } : {}), measure: { kind: "unique_users" }, where: [] };
}

/** Reads the question; where the address names no series, it is about `firstEvent`, or any event. */
export function readQuestion(search: ExploreSearch, firstEvent?: string): Question {
  const series = (search.series ?? []).map(readSeries);
  return {
    series: series.length > 0 ? series : [firstSeries(firstEvent)],
    formulas: search.formulas ?? [],
    where: readWhere(search.where),
    ...(search.by ? { breakdown: { property: search.by, limit: search.top ?? defaultLimit } } : {}),
    range: readRange(search.range) ?? defaultRange,
    ...(search.interval ? { interval: search.interval } : {}),
    isCompared: search.compare !== undefined,
    ...(search.compare === "year" ? { isYearBefore: true } : {}),
    traffic: search.traffic ?? "people",
    chart: search.chart ?? "line",
  };
}

export function writeQuestion(question: Question): ExploreSearch {
  const range = writeRange(question.range);
  const limit = question.breakdown?.limit;
  return {
    series: question.series.map(writeSeries),
    formulas: question.formulas.length > 0 ? question.formulas : undefined,
    where: writeWhere(question.where),
    by: question.breakdown?.property,
    top: limit === defaultLimit ? undefined : limit,
    range: range === writeRange(defaultRange) ? undefined : range,
    interval: question.interval,
    compare: question.isCompared ? (question.isYearBefore ? "year" : true) : undefined,
    traffic: question.traffic === "people" ? undefined : question.traffic,
    chart: question.chart === "line" ? undefined : question.chart,
  };
}

function readSeries(param: SeriesParam): SeriesState {
  return {
    ...(param.event ? { event: param.event } : {}),
    measure: measureOf(param.measure ?? defaultMeasure, param.of ?? ""),
    where: readWhere(param.where),
    ...(param.name ? { name: param.name } : {}),
  };
}

function writeSeries(series: SeriesState): SeriesParam {
  return {
    event: series.event,
    measure: series.measure.kind === defaultMeasure ? undefined : series.measure.kind,
    of: propertyOf(series.measure),
    where: writeWhere(series.where),
    name: series.name,
  };
}

/** Trusts nothing that stands in the address bar: what does not fit is left out. */
export function validateExplore(raw: Record<string, unknown>): ExploreSearch {
  return {
    series: list(raw.series, seriesParam)?.slice(0, maxSeries),
    formulas: list(raw.formulas, formulaParam)?.slice(0, maxFormulas),
    where: writeWhere(readWhere(raw.where)),
    by: text(raw.by),
    top: typeof raw.top === "number" ? Math.min(100, Math.max(1, Math.round(raw.top))) : undefined,
    range: readRange(raw.range) ? (raw.range as string) : undefined,
    interval: oneOf(raw.interval, ["hour", "day", "week", "month"] as const),
    compare: raw.compare === true || raw.compare === "year" ? raw.compare : undefined,
    traffic: oneOf(raw.traffic, traffics),
    chart: oneOf(raw.chart, chartChoices),
  };
}

function seriesParam(raw: Record<string, unknown>): SeriesParam {
  return {
    event: text(raw.event),
    measure: oneOf(raw.measure, measureKinds),
    of: text(raw.of) ?? (raw.of === "" ? "" : undefined),
    where: writeWhere(readWhere(raw.where)),
    name: text(raw.name),
  };
}

function formulaParam(raw: Record<string, unknown>): Formula {
  return { expression: text(raw.expression) ?? "", ...(text(raw.name) ? { name: text(raw.name) } : {}) };
}

/** A property may be called 2024: the address bar then holds a number. */
function text(raw: unknown): string | undefined {
  if (typeof raw === "number" || typeof raw === "boolean") return String(raw);
  return typeof raw === "string" && raw !== "" ? raw : undefined;
}

function oneOf<T extends string>(raw: unknown, choices: readonly T[]): T | undefined {
  return choices.find((choice) => choice === raw);
}

function list<T>(raw: unknown, read: (item: Record<string, unknown>) => T): T[] | undefined {
  if (!Array.isArray(raw)) return undefined;
  return raw.filter((item) => typeof item === "object" && item !== null).map(read);
}
