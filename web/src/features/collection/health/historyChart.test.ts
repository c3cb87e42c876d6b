import { expect, test } from "vitest";
import { historyChart } from "./historyChart";

const counts = { people: 0, bots: 0, internal: 0, duplicates: 0, refused: 0, late: 0 };
const stretches = [
  { start: "2026-03-02T23:45:00Z", ...counts, people: 5, refused: 1 },
  { start: "2026-03-03T00:00:00Z", ...counts, people: 2 },
];
const history = {
  interval: "quarter_hour" as const,
  stretches,
  totals: { ...counts, people: 7, refused: 1 },
  lag: null,
  last_received_at: null,
};

test("quarters show the project's clock, and only what there is gets a line", () => {
  const chart = historyChart(history, "Europe/Berlin");
  expect(chart.buckets.map(({ start }) => start)).toEqual(["2026-03-03T00:45:00", "2026-03-03T01:00:00"]);
  expect(chart.lines.map(({ id, values }) => [id, values])).toEqual([
    ["people", [5, 2]],
    ["refused", [1, 0]],
  ]);
});

test("days are those of UTC", () => {
  const chart = historyChart({ ...history, interval: "day" }, "America/New_York");
  expect(chart.buckets[0]?.start).toBe("2026-03-02T23:45:00");
  expect(chart.interval).toBe("day");
});
