import { expect, test } from "vitest";
import { formulaState } from "./formula";
import { isComplete, type Question } from "./question";

test.each([
  "A",
  "A / B",
  "A/B*100",
  "-A",
  "A * -1",
  "(A + B) / 2",
  "((A))",
  "1.5",
  ".5 + A",
  "A - -B",
  " A ",
])("“%s” is whole", (text) => expect(formulaState(text, 2)).toEqual({ kind: "whole" }));

test.each(["", " ", "A /", "A / (", "(A + B", "A +", "-", "A * -", "((A)"])(
  "“%s” is only unfinished",
  (text) => expect(formulaState(text, 2)).toEqual({ kind: "unfinished" }),
);

test.each([
  ["A B", "B"],
  ["A ) B", ")"],
  ["* A", "*"],
  ["A // B", "/"],
  ["A % B", "%"],
  ["()", ")"],
  ["A 2", "2"],
  ["(A) (B)", "("],
])("“%s” is wrong at “%s”", (text, sign) => expect(formulaState(text, 2)).toEqual({ kind: "wrong", sign }));

test("a letter without a series is named", () => {
  expect(formulaState("A / C", 2)).toEqual({ kind: "unknownSeries", letter: "C" });
  expect(formulaState("a", 2)).toEqual({ kind: "unknownSeries", letter: "a" });
});

test("a question with a formula that is being written is not asked, and one with an empty formula is", () => {
  const question = (expression: string): Question => ({
    series: [{ event: "a", measure: { kind: "count" }, where: [] }],
    formulas: [{ expression }],
    where: [],
    range: { kind: "all" },
    isCompared: false,
    traffic: "people",
    chart: "line",
  });
  expect(isComplete(question("A /"))).toBe(false);
  expect(isComplete(question("A / B"))).toBe(false);
  expect(isComplete(question(""))).toBe(true);
  expect(isComplete(question("A * 2"))).toBe(true);
});
