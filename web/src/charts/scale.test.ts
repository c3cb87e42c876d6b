import { expect, test } from "vitest";
import type { ChartBucket } from "./chart";
import { numberTicks, timeTicks } from "./scale";

const iso = (time: number) => new Date(time).toISOString().slice(0, 19);

/** Buckets of a length, from a wall-clock time on. */
function buckets(from: string, minutes: number, count: number): ChartBucket[] {
  const first = Date.parse(`${from}Z`);
  return Array.from({ length: count }, (_, index) => ({
    start: iso(first + index * minutes * 60_000),
    end: iso(first + (index + 1) * minutes * 60_000),
    complete: true,
  }));
}

const ticks = (all: ChartBucket[], interval: "hour" | "day" | "week" | "month", width = 600) =>
  timeTicks(all, interval, "en-GB", (at) => (at / Math.max(1, all.length - 1)) * width);

test("quarter hours are marked at round hours, wherever they begin", () => {
  const labels = ticks(buckets("2026-11-20T21:15:00", 15, 96), "hour").map((tick) => tick.label);
  expect(labels.slice(0, 4)).toEqual(["22:00", "21 Nov", "02:00", "04:00"]);
});

test("a round time between two buckets stands between them", () => {
  const [first] = ticks(buckets("2026-11-20T05:30:00", 60, 24), "hour");
  expect(first).toMatchObject({ label: "06:00", at: 0.5 });
});

test.each([
  [168, "hour", 60, 900],
  [24, "hour", 60, 320],
  [30, "day", 1440, 320],
  [365, "day", 1440, 900],
  [53, "week", 10_080, 600],
] as const)("%i buckets of an %s never have names that touch", (count, interval, minutes, width) => {
  const all = ticks(buckets("2026-01-05T00:00:00", minutes, count), interval, width);
  expect(all.length).toBeGreaterThan(1);
  for (const [index, tick] of all.slice(1).entries()) {
    const gap = ((tick.at - (all[index]?.at ?? 0)) / (count - 1)) * width;
    expect(gap).toBeGreaterThan(tick.label.length * 6);
  }
});

test("months over years are marked by January", () => {
  const months = Array.from({ length: 36 }, (_, index) => {
    const start = new Date(Date.UTC(2024, index, 1)).toISOString().slice(0, 19);
    return { start, end: start, complete: true };
  });
  expect(ticks(months, "month", 140).map((tick) => tick.label)).toEqual(["2024", "2025", "2026"]);
});

test("a single bucket still has a name", () => {
  expect(ticks(buckets("2026-11-20T07:30:00", 60, 1), "hour")).toHaveLength(1);
});

test("an hour that the clock repeats is marked once", () => {
  const all = [...buckets("2026-10-25T00:00:00", 60, 3), ...buckets("2026-10-25T02:00:00", 60, 10)];
  const labels = ticks(all, "hour", 1200).map((tick) => tick.label);
  expect(new Set(labels).size).toBe(labels.length);
});

test.each([
  [0, 7, true, [0, 2, 4, 6, 8]],
  [0, 1, true, [0, 1]],
  [0, 0.3, false, [0, 0.1, 0.2, 0.3]],
  [-3, 2, true, [-4, -2, 0, 2]],
  [0, 98_000, true, [0, 25_000, 50_000, 75_000, 100_000]],
])("%d to %d is marked at round numbers", (min, max, isWhole, wanted) => {
  expect(numberTicks(min, max, 4, isWhole).map((value) => Math.round(value * 1e6) / 1e6)).toEqual(wanted);
});
