import { expect, test } from "vitest";
import { isObject, patchOf, pretty, typedValue } from "./patch";

test("a field within a field becomes a nested patch", () => {
  expect(patchOf("distinct_id", "ada")).toEqual({ distinct_id: "ada" });
  expect(patchOf(" properties . plan ", "pro")).toEqual({ properties: { plan: "pro" } });
  expect(patchOf("", "pro")).toBeUndefined();
  expect(patchOf(" . ", "pro")).toBeUndefined();
});

test("what is typed is JSON where it can be", () => {
  expect([
    typedValue("17"),
    typedValue("true"),
    typedValue("null"),
    typedValue("ada"),
    typedValue('"17"'),
    typedValue(""),
  ]).toEqual([17, true, null, "ada", "17", ""]);
});

test("an event is laid out, and no number in it changes", () => {
  expect(pretty('{"a":1}')).toBe('{\n  "a": 1\n}');
  expect(pretty('{"a":12345678901234567890}')).toBe('{\n  "a": 12345678901234567890\n}');
  expect(pretty("not json")).toBe("not json");
  expect([isObject("{}"), isObject("[]"), isObject("null"), isObject("{")]).toEqual([
    true,
    false,
    false,
    false,
  ]);
});
