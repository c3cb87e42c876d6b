import { expect, test } from "vitest";
import { isLonely, segments } from "./segments";

const buckets = (flags: string) => [...flags].map((flag) => ({ start: "", end: "", complete: flag === "x" }));

test("a line of complete buckets is not cut", () => {
  expect(segments([1, 2, 3], buckets("xxx"))).toEqual({ solid: [1, 2, 3], dashed: null });
});

test("the stretch to the running bucket is dashed and starts at its neighbour", () => {
  expect(segments([1, 2, 3], buckets("xx."))).toEqual({ solid: [1, 2, null], dashed: [null, 2, 3] });
});

test("a week that the range cuts at its start is dashed as well", () => {
  expect(segments([1, 2, 3, 4], buckets(".xx."))).toEqual({
    solid: [null, 2, 3, null],
    dashed: [1, 2, 3, 4],
  });
});

test("a single bucket stands alone and needs a dot", () => {
  expect(isLonely([5], 0)).toBe(true);
  expect(isLonely([null, 5, null], 1)).toBe(true);
  expect(isLonely([4, 5], 1)).toBe(false);
  expect(isLonely([null], 0)).toBe(false);
});
