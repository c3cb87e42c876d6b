import { expect, test } from "vitest";
import type { Line, TrendsAnswer } from "../../api/types";
import { metricOf } from "./metrics";

const line = (key: string, period: Line["period"], values: number[], total: number): Line => ({
  key,
  label: key,
  period,
  values,
  total,
});

const answer: TrendsAnswer = {
  interval: "day",
  zone: "UTC",
  buckets: [],
  elapsed_ms: 1,
  lines: [
    line("A", "current", [2, 0], 2),
    line("B", "current", [6, 0], 6),
    line("C", "current", [3, 0], 3),
    line("A", "previous", [1, 1], 1),
    line("B", "previous", [1, 1], 2),
  ],
};

test("visitors are the total of the range, not the sum of its days", () => {
  expect(metricOf(answer, "visitors")).toEqual({
    now: { values: [2, 0], total: 2 },
    before: { values: [1, 1], total: 1 },
  });
});

test("views per visitor are divided bucket by bucket, with no value where nobody came", () => {
  expect(metricOf(answer, "perVisitor").now).toEqual({ values: [3, null], total: 3 });
});

test("bounces are shown as a percentage, and no visit has no rate", () => {
  const visits: TrendsAnswer = {
    ...answer,
    lines: [{ ...line("A", "current", [0.25], 0.125), values: [0.25, null] }],
  };
  expect(metricOf(visits, "bounces").now).toEqual({ values: [25, null], total: 12.5 });
});

test("without comparison there is nothing before", () => {
  expect(metricOf(answer, "sessions").before).toBeUndefined();
});
