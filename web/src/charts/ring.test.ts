import { expect, test } from "vitest";
import { ringOf } from "./ring";

const size = { width: 640, height: 360 };
const lines = (totals: number[]) =>
  totals.map((total, index) => ({
    id: `${index}`,
    label: `value ${index}`,
    color: index,
    values: [],
    total,
  }));

test.each([
  [[50, 30, 20]],
  [[97, 1, 1, 1]],
  [[900, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]],
])("names around a ring of %j never lie on each other or outside the room", (totals) => {
  const { labels } = ringOf(lines(totals), size, String);
  for (const anchor of ["start", "end"]) {
    const ys = labels
      .filter((label) => label.anchor === anchor)
      .map((label) => label.y)
      .sort((a, b) => a - b);
    for (const [index, y] of ys.slice(1).entries()) expect(y - (ys[index] ?? 0)).toBeGreaterThanOrEqual(16.9);
    expect(Math.min(...ys, 8)).toBeGreaterThanOrEqual(8);
    expect(Math.max(...ys, 0)).toBeLessThanOrEqual(360);
  }
});

test("a name of 200 letters is cut to its room", () => {
  const named = lines([2, 1]).map((line) => ({ ...line, label: "x".repeat(200) }));
  const { labels } = ringOf(named, size, () => "12 %");
  for (const label of labels) {
    const room = label.anchor === "start" ? size.width - label.x : label.x;
    expect(label.text.length * 6.3).toBeLessThanOrEqual(room + 6.3);
    expect(label.text).toMatch(/^x+… 12 %$/);
  }
});

test("one value alone is a whole ring", () => {
  const { slices } = ringOf(lines([5, 0]), size, String);
  expect(slices).toHaveLength(1);
  expect(slices[0]?.path).not.toContain("NaN");
});
