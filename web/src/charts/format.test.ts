import { describe, expect, test } from "vitest";
import { axisLabel, bucketName, change, compact, exact, percentChange, share } from "./format";

const bucket = (start: string, end: string) => ({ start, end, complete: true });

describe("numbers", () => {
  test("are grouped as the locale does", () => {
    expect(exact(1234567.891, "number", "en")).toBe("1,234,567.89");
    expect(exact(1234567.891, "number", "de")).toBe("1.234.567,89");
  });

  test("are shortened only where they are long", () => {
    expect(compact(9876, "number", "en")).toBe("9,876");
    expect(compact(98765, "number", "en")).toBe("98.8K");
  });

  test("show a dash where there is none", () => {
    expect(exact(null, "number", "en")).toBe("–");
    expect(compact(null, "percent", "en")).toBe("–");
  });

  test("keep their unit", () => {
    expect(exact(12.5, "percent", "en")).toBe("12.5 %");
  });
});

describe("changes", () => {
  test("are a fraction of before", () => {
    expect(change(150, 100)).toBe(0.5);
    expect(change(50, -100)).toBe(1.5);
  });

  test("say nothing against zero or nothing", () => {
    expect(change(5, 0)).toBeNull();
    expect(change(null, 5)).toBeNull();
  });

  test("carry a sign, and a digit more where they are small", () => {
    expect(percentChange(0.5, "en")).toBe("+50%");
    expect(percentChange(-0.052, "en")).toBe("-5.2%");
    expect(share(0.034, "en")).toBe("3.4%");
  });
});

describe("buckets", () => {
  test("are named by their local time, wherever the reader is", () => {
    const day = bucket("2026-11-20T00:00:00+14:00", "2026-11-21T00:00:00+14:00");
    expect(axisLabel(day, "day", "en")).toBe("Nov 20");
    expect(bucketName(day, "day", "en")).toBe("Fri, Nov 20, 2026");
  });

  test("of an hour tell the hour, and the day at midnight", () => {
    expect(axisLabel(bucket("2026-11-20T00:00:00-05:00", ""), "hour", "en")).toBe("Nov 20");
    expect(axisLabel(bucket("2026-11-20T15:00:00-05:00", ""), "hour", "en")).toBe("15:00");
  });

  test("of a week are named from first to last day", () => {
    const week = bucket("2026-11-16T00:00:00+01:00", "2026-11-23T00:00:00+01:00");
    expect(bucketName(week, "week", "en")).toMatch(/Nov 16\s–\s22, 2026/);
  });
});
