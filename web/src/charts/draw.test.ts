import { expect, test } from "vitest";
import type { Chart, ChartLine } from "./chart";
import { describe as inWords } from "./describe";
import { draw } from "./draw";
import { colorOf, light, noneColor, otherColor } from "./palette";
import { readingsAt } from "./readings";

const size = { width: 600, height: 300 };

function lineOf(id: string, values: (number | null)[], color = 0): ChartLine {
  return {
    id,
    label: `line ${id}`,
    color,
    values,
    total: values.reduce<number>((sum, value) => sum + (value ?? 0), 0),
  };
}

function chartOf(change: Partial<Chart> = {}): Chart {
  const days = ["2026-11-18", "2026-11-19", "2026-11-20"];
  return {
    kind: "line",
    interval: "day",
    unit: "number",
    buckets: days.map((day, index) => ({
      start: `${day}T00:00:00Z`,
      end: `${day}T24:00:00Z`,
      complete: index < 2,
    })),
    previousBuckets: [],
    lines: [lineOf("A", [3, 5, 1])],
    ...change,
  };
}

const drawn = (change: Partial<Chart> = {}) => draw(chartOf(change), light, size, "en");
const two = [lineOf("A", [3, 5, 1]), lineOf("B", [2, 2, 2], 1)];

test.each(["line", "area"] as const)(
  "the stretch to the running day is dashed in a chart of kind %s",
  (kind) => {
    const marks = drawn({ kind, lines: two }).marks;
    for (const id of ["A", "B"]) {
      expect(marks.find((mark) => mark.key === id)?.dash).toBeUndefined();
      expect(marks.find((mark) => mark.key === `${id}/unfinished`)?.dash).toBeTruthy();
    }
  },
);

test("the surface above an unfinished day is thinner than that above the others", () => {
  const marks = drawn({ kind: "area", lines: two }).marks;
  const surface = marks.find((mark) => mark.key === "A/fill");
  const unfinished = marks.find((mark) => mark.key === "A/fill/unfinished");
  expect(unfinished?.fill).toBeLessThan(surface?.fill ?? 0);
});

test.each(["bar", "stacked"] as const)("the running day's %s is dashed and paler", (kind) => {
  const marks = drawn({ kind, lines: two }).marks;
  expect(marks.find((mark) => mark.key === "B/unfinished")).toMatchObject({ dash: "3 3", fill: 0.4 });
});

test("nothing is dashed where every day is complete", () => {
  const buckets = chartOf().buckets.map((bucket) => ({ ...bucket, complete: true }));
  for (const kind of ["line", "area", "bar", "stacked"] as const)
    expect(drawn({ kind, buckets, lines: two }).marks.some((mark) => mark.dash)).toBe(false);
});

test("a stack stands on the line before it, and its axis reaches its top", () => {
  const { yOf, numbers } = drawn({ kind: "area", lines: two });
  expect(numbers.at(-1)?.label).toBe("8");
  expect(yOf(1, 1)).toBeLessThan(yOf(0, 1) ?? 0);
});

test("the period before is drawn behind the line, cut to the days of now", () => {
  const line = { ...lineOf("A", [3, 5, 1]), previous: { values: [2, 2, 2, 9], total: 15 } };
  const { marks, numbers } = drawn({ lines: [line] });
  expect(marks.map((mark) => mark.key)).toEqual(["A/previous", "A", "A/unfinished"]);
  expect(numbers.at(-1)?.label).toBe("6");
});

test("a drawing is as wide as its room, whatever it was before", () => {
  for (const width of [1200, 320]) {
    const { plot, xOf } = draw(chartOf(), light, { width, height: 300 }, "en");
    expect(plot.left + plot.width).toBeLessThanOrEqual(width);
    expect(xOf(2)).toBeLessThanOrEqual(width);
  }
});

test("no value, one value and values below zero are drawn without a number that is none", () => {
  const charts: Partial<Chart>[] = [
    { lines: [lineOf("A", [null, null, null])] },
    { lines: [] },
    { lines: [lineOf("A", [0, 0, 0])] },
    { lines: [lineOf("A", [-3, 2, null])] },
    { buckets: chartOf().buckets.slice(0, 1), lines: [lineOf("A", [4])] },
    { buckets: [], lines: [lineOf("A", [])] },
  ];
  for (const change of charts) {
    for (const kind of ["line", "area", "bar", "stacked"] as const) {
      const { marks, numbers, times } = drawn({ ...change, kind });
      expect(JSON.stringify([marks, numbers, times])).not.toMatch(/NaN|Infinity|null/);
    }
  }
});

test("after nine lines the hues come again in another shade, and the rest is grey", () => {
  const colors = Array.from({ length: 18 }, (_, index) => colorOf(light, index));
  expect(new Set([...colors, colorOf(light, noneColor), colorOf(light, otherColor)]).size).toBe(20);
});

test("the readings of many lines show the largest and count the rest", () => {
  const lines = Array.from({ length: 15 }, (_, index) => lineOf(`${index}`, [index, index, index]));
  const { rows, rest } = readingsAt(chartOf({ lines }), 0, "en");
  expect(rows[0]?.label).toBe("line 14");
  expect(rows.map((row) => row.label)).not.toContain("line 2");
  expect(rest).toBe(3);
});

test("a day that is not over is not judged against the one before", () => {
  const line = { ...lineOf("A", [3, 5, 1]), previous: { values: [2, 4, 2], total: 8 } };
  expect(readingsAt(chartOf({ lines: [line] }), 1, "en").rows[0]?.change).toBe("+25%");
  expect(readingsAt(chartOf({ lines: [line] }), 2, "en").rows[0]?.change).toBe("");
});

test("a chart is told in words for those who do not see it", () => {
  expect(inWords(chartOf(), "en")).toBe("Wed, Nov 18, 2026 – Fri, Nov 20, 2026. line A: 9.");
});
