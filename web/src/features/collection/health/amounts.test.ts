import { expect, test } from "vitest";
import { bytesText, durationText } from "./amounts";

test("a length of time has the unit that suits it", () => {
  expect([0, 430, 1_240, 59_000, 180_000, 7_200_000, 172_800_000].map(durationText)).toEqual([
    "0 ms",
    "430 ms",
    "1.2 sec",
    "59 sec",
    "3 min",
    "2 hr",
    "2 days",
  ]);
});

test("bytes are told in thousands", () => {
  expect([0, 999, 1_500, 4_294_967_296].map(bytesText)).toEqual(["0 byte", "999 byte", "1.5 kB", "4.3 GB"]);
});
