import { expect, test } from "vitest";
import type { Chart } from "./chart";
import { init } from "./echarts";
import { describe as inWords, optionOf } from "./option";
import { light } from "./palette";
import { tooltip } from "./tooltip";

const texts = {
  incomplete: "not complete yet",
  before: "before:",
  more: (count: number) => `and ${count} more`,
};
const options = { locale: "en", texts };

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
    lines: [{ id: "A", label: "Sign <ups>", color: 0, values: [3, 5, 1], total: 9 }],
    ...change,
  };
}

function svgOf(chart: Chart): string {
  const drawing = init(null, null, { renderer: "svg", ssr: true, width: 600, height: 300 });
  drawing.setOption(optionOf(chart, light, { ...options, legend: true }));
  const svg = drawing.renderToSVGString();
  drawing.dispose();
  return svg;
}

test("a chart is drawn without a browser, the running day dashed", () => {
  const svg = svgOf(chartOf());
  expect(svg).toContain("stroke-dasharray");
  expect(svg).toContain(light.data[0]);
  expect(svg).toContain("Nov 18");
});

test("nothing is dashed where every day is complete", () => {
  const buckets = chartOf().buckets.map((bucket) => ({ ...bucket, complete: true }));
  expect(svgOf(chartOf({ buckets }))).not.toContain("stroke-dasharray");
});

test.each(["area", "bar", "stacked", "pie"] as const)("a %s chart is drawn", (kind) => {
  expect(svgOf(chartOf({ kind }))).toContain(light.data[0]);
});

test("the period before is drawn behind the line", () => {
  const line = { ...chartOf().lines[0], previous: { values: [2, 2, 2], total: 6 } } as Chart["lines"][number];
  const drawn = optionOf(chartOf({ lines: [line] }), light, options).series as { id: string }[];
  expect(drawn.map((series) => series.id)).toEqual(["A", "A/incomplete", "A/previous"]);
});

test("the tooltip reads every line and escapes what comes from events", () => {
  const html = tooltip(chartOf(), 2, light, "en", texts);
  expect(html).toContain("Sign &#60;ups&#62;");
  expect(html).toContain("not complete yet");
  expect(html).not.toContain("<ups>");
});

test("the tooltip of many lines shows the largest and counts the rest", () => {
  const lines = Array.from({ length: 15 }, (_, index) => ({
    id: `${index}`,
    label: `line ${index}`,
    color: index,
    values: [index, index, index],
    total: index,
  }));
  const html = tooltip(chartOf({ lines }), 0, light, "en", texts);
  expect(html).toContain("line 14");
  expect(html).not.toContain(">line 2<");
  expect(html).toContain("and 3 more");
});

test("a chart is told in words for those who do not see it", () => {
  expect(inWords(chartOf(), "en")).toBe("Wed, Nov 18, 2026 – Fri, Nov 20, 2026. Sign <ups>: 9.");
});
