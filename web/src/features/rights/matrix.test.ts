import { expect, test } from "vitest";
import type { Permission } from "./api";
import { cellOf, conditionTexts, turn } from "./matrix";

const own: Permission = { resource: "insights", action: "edit", conditions: { own: true } };

test("the widest permission counts", () => {
  expect(cellOf([], "insights", "edit")).toBe("none");
  expect(cellOf([own], "insights", "edit")).toBe("own");
  expect(cellOf([own, { resource: "insights", action: "edit" }], "insights", "edit")).toBe("all");
  const tagged: Permission = { resource: "insights", action: "edit", conditions: { tags: ["a"] } };
  expect(cellOf([own, tagged], "insights", "edit")).toBe("some");
});

test("a cell goes from nothing over all and their own back to nothing", () => {
  const all = turn([], "insights", "edit", true);
  expect(cellOf(all, "insights", "edit")).toBe("all");
  const theirs = turn(all, "insights", "edit", true);
  expect(theirs).toEqual([own]);
  expect(turn(theirs, "insights", "edit", true)).toEqual([]);
  expect(turn(turn([], "events", "view", false), "events", "view", false)).toEqual([]);
});

test("permissions with the same condition are told in one sentence", () => {
  const texts = conditionTexts([own, { ...own, action: "delete" }, { resource: "events", action: "view" }]);
  expect(texts).toEqual(["Insights (edit, delete): only what they made"]);
});
