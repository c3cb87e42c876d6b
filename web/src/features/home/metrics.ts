import type { TrendsAnswer } from "../../api/types";
import type { Chart, ChartUnit } from "../../charts/chart";
import { t } from "../../texts/texts";
import type { Metric } from "./search";

type Values = (number | null)[];
export type Measured = { values: Values; total: number | null };
export type MetricAnswer = { now: Measured; before?: Measured };

const keys = { visitors: "A", views: "B", sessions: "C", bounces: "A", duration: "B" } as const;

/** Tells whether a metric is answered by the question about visits, and not by that about views. */
export function isOfVisits(metric: Metric): boolean {
  return metric === "bounces" || metric === "duration";
}

/** What the numbers of a metric are. */
export const unitOf = (metric: Metric): ChartUnit =>
  metric === "bounces" ? "percent" : metric === "duration" ? "seconds" : "number";

/** Reads one metric out of the answer to the question that is about it. */
export function metricOf(answer: TrendsAnswer, metric: Metric): MetricAnswer {
  const now = measured(answer, metric, "current");
  const before = measured(answer, metric, "previous");
  return before
    ? { now: now ?? { values: [], total: null }, before }
    : { now: now ?? { values: [], total: null } };
}

function measured(
  answer: TrendsAnswer,
  metric: Metric,
  period: "current" | "previous",
): Measured | undefined {
  const line = (key: string) =>
    answer.lines.find((candidate) => candidate.key === key && candidate.period === period);
  if (metric !== "perVisitor") {
    const found = line(keys[metric]);
    const scale = (value: number | null) =>
      value === null ? null : value * (metric === "bounces" ? 100 : 1);
    return found && { values: found.values.map(scale), total: scale(found.total ?? null) };
  }
  const visitors = line(keys.visitors);
  const views = line(keys.views);
  if (!visitors || !views) return undefined;
  return {
    values: views.values.map((value, index) => ratio(value, visitors.values[index] ?? null)),
    total: ratio(views.total ?? null, visitors.total ?? null),
  };
}

function ratio(value: number | null, by: number | null): number | null {
  return value === null || by === null || by === 0 ? null : value / by;
}

/** Returns the chart of one metric. */
export function metricChart(answer: TrendsAnswer, metric: Metric): Chart {
  const { now, before } = metricOf(answer, metric);
  return {
    kind: "line",
    interval: answer.interval ?? "day",
    unit: unitOf(metric),
    fill: true,
    buckets: answer.buckets,
    previousBuckets: answer.previous_buckets ?? [],
    zone: answer.zone,
    lines: [
      {
        id: metric,
        label: t.home.metrics[metric],
        color: 0,
        values: now.values,
        total: now.total,
        ...(before ? { previous: before } : {}),
      },
    ],
  };
}
