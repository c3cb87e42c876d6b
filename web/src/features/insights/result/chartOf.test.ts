import { expect, test } from "vitest";
import type { Line, TrendsAnswer } from "../../../api/types";
import { colorOf, light } from "../../../charts/palette";
import { addsUp, type Question } from "../question/question";
import { chartOf, drawnKind } from "./chartOf";
import { csvOf } from "./csv";
import { seriesNames } from "./seriesName";

const line = (change: Partial<Line>): Line => ({
  key: "A",
  label: "Page view",
  period: "current",
  values: [1, null],
  total: 1,
  ...change,
});

function answerOf(lines: Line[]): TrendsAnswer {
  const bucket = (day: number) => ({
    start: `2026-11-0${day}T00:00:00Z`,
    end: `2026-11-0${day + 1}T00:00:00Z`,
    complete: true,
  });
  return { interval: "day", zone: "UTC", buckets: [bucket(1), bucket(2)], lines, elapsed_ms: 1 };
}

const value = (text: string) => ({ kind: "value" as const, value: text });

test("each line is paired with the same line of the period before", () => {
  const answer = answerOf([
    line({ breakdown: value("DE"), total: 5 }),
    line({ breakdown: value("FR"), total: 3 }),
    line({ breakdown: value("FR"), period: "previous", total: 2 }),
  ]);
  const { lines } = chartOf(answer, { kind: "line", property: "$country" });
  expect(lines.map((one) => [one.label, one.total, one.previous?.total])).toEqual([
    ["Germany", 5, undefined],
    ["France", 3, 2],
  ]);
});

test("a value called none is not taken for no value", () => {
  const answer = answerOf([line({ breakdown: value("none") }), line({ breakdown: { kind: "none" } })]);
  const { lines } = chartOf(answer, { kind: "line", property: "plan" });
  expect(new Set(lines.map((one) => one.id)).size).toBe(2);
});

test("hidden lines are left out and the others keep their colour", () => {
  const answer = answerOf([line({ key: "A" }), line({ key: "B" })]);
  const all = chartOf(answer, { kind: "line" });
  const first = all.lines[0]?.id ?? "";
  const { lines } = chartOf(answer, { kind: "line", hidden: new Set([first]) });
  expect(lines.map((one) => one.color)).toEqual([1]);
});

test("the table as CSV keeps numbers whole and text harmless", () => {
  const answer = answerOf([line({ label: '=cmd("x"), y', values: [1.5, null], total: 1.5 })]);
  expect(csvOf(chartOf(answer, { kind: "line" }))).toBe(
    'series,total,2026-11-01T00:00:00Z,2026-11-02T00:00:00Z\r\n"\'=cmd(""x""), y",1.5,1.5,',
  );
});

test("none, the rest and the values have colours of their own, also where there are more than ten", () => {
  const values = Array.from({ length: 10 }, (_, index) => line({ breakdown: value(`country ${index}`) }));
  const answer = answerOf([
    ...values,
    line({ breakdown: { kind: "none" } }),
    line({ breakdown: { kind: "other" } }),
  ]);
  const colors = chartOf(answer, { kind: "pie", property: "$country" }).lines.map((one) =>
    colorOf(light, one.color),
  );
  expect(new Set(colors).size).toBe(12);
});

test("a value keeps its colour when the answer is sorted otherwise", () => {
  const colors = (...names: string[]) => {
    const lines = names.map((name) => line({ breakdown: value(name) }));
    const chart = chartOf(answerOf(lines), { kind: "line", property: "$os" });
    return new Map(chart.lines.map((one) => [one.label, one.color]));
  };
  const before = colors("Linux", "Windows", "iOS");
  for (const [name, color] of colors("iOS", "Windows")) expect(before.get(name)).toBe(color);
});

test("numbers that do not add up are not set on each other", () => {
  expect(drawnKind("pie", 3, false)).toBe("ranked");
  expect(drawnKind("area", 3, false)).toBe("line");
  expect(drawnKind("stacked", 3, false)).toBe("bar");
  expect(drawnKind("pie", 3, true)).toBe("pie");
  expect(drawnKind("area", 1, false)).toBe("area");
});

test("the legend says what the sentence says", () => {
  const question: Question = {
    series: [
      { event: "$pageview", measure: { kind: "unique_users" }, where: [] },
      {
        event: "pay",
        measure: { kind: "sum", property: "amount" },
        where: [[{ property: "plan", operator: "is", values: ["pro"] }]],
      },
      { measure: { kind: "count" }, where: [], name: "All" },
    ],
    formulas: [],
    where: [],
    range: { kind: "all" },
    isCompared: false,
    traffic: "people",
    chart: "line",
  };
  const labels = seriesNames(question);
  const answer = answerOf([line({ key: "A" }), line({ key: "B" }), line({ key: "C" })]);
  expect(chartOf(answer, { kind: "line", labels }).lines.map((one) => one.label)).toEqual([
    "Unique people who did Page view",
    "Sum of amount in pay where plan is pro",
    "All",
  ]);
  expect(addsUp(question)).toBe(false);
});
