import { expect, test } from "vitest";
import type { Range } from "../../../api/types";
import { datesBetween, intervalFor, presets, readRange, usefulIntervals, writeRange } from "./range";

const january: Range = { kind: "dates", from: "2026-01-01", to: "2026-01-31" };

test.each([...presets, january])("%o comes back from the address bar", (range) => {
  expect(readRange(writeRange(range))).toEqual(range);
});

test.each(["", "30", "d30", "0x1d", "2026-02-01..2026-01-01", "12345d", 30, null])(
  "%o is no range",
  (text) => {
    expect(readRange(text)).toBeUndefined();
  },
);

test("the interval grows with the range", () => {
  expect(intervalFor({ kind: "last", count: 24, unit: "hour" })).toBe("hour");
  expect(intervalFor(january)).toBe("day");
  expect(intervalFor({ kind: "last", count: 12, unit: "month" })).toBe("week");
  expect(intervalFor({ kind: "all" })).toBe("month");
});

test("hours over a year are not offered", () => {
  expect(usefulIntervals({ kind: "last", count: 12, unit: "month" })).toEqual(["day", "week", "month"]);
});

test("zooming in keeps the local days of the buckets, the last one included", () => {
  expect(datesBetween("2026-11-16T00:00:00+01:00", "2026-11-23T00:00:00+01:00")).toEqual({
    kind: "dates",
    from: "2026-11-16",
    to: "2026-11-22",
  });
});
