import { describe, expect, test } from "vitest";
import type { Condition } from "../../../api/types";
import { filterOf, readWhere, toggle, writeWhere } from "./where";

const is = (property: string, ...values: string[]): Condition => ({ property, operator: "is", values });

describe("conditions become the server's filter", () => {
  test("none asks for nothing", () => {
    expect(filterOf([])).toBeUndefined();
  });

  test("one stays itself", () => {
    expect(filterOf([[is("plan", "pro")]])).toEqual(is("plan", "pro"));
  });

  test("clauses are joined by and, their alternatives by or", () => {
    const where = [[is("plan", "pro"), is("plan", "team")], [is("$country", "DE")]];
    expect(filterOf(where)).toEqual({
      and: [{ or: [is("plan", "pro"), is("plan", "team")] }, is("$country", "DE")],
    });
  });

  test("half-written ones are not sent", () => {
    expect(filterOf([[is("plan")], [is("plan", "")]])).toBeUndefined();
    expect(filterOf([[{ property: "plan", operator: "is_set" }]])).toEqual({
      property: "plan",
      operator: "is_set",
    });
  });
});

describe("conditions in the address bar", () => {
  test("come back as they were", () => {
    const where = [[is("plan", "pro", "team")], [{ property: "x", operator: "is_not_set" as const }]];
    expect(readWhere(writeWhere(where))).toEqual(where);
  });

  test("are left out where they are none", () => {
    expect(readWhere("nonsense")).toEqual([]);
    expect(readWhere([[["plan", "drop table", "x"]], [], 5, [["plan", "is", "pro"]]])).toEqual([
      [is("plan", "pro")],
    ]);
  });

  test("keep numbers as text", () => {
    expect(readWhere([[["year", "is", 2024]]])).toEqual([[is("year", "2024")]]);
  });
});

test("a condition is added once and taken away again", () => {
  const once = toggle([], is("plan", "pro"));
  expect(once).toEqual([[is("plan", "pro")]]);
  expect(toggle(once, is("plan", "pro"))).toEqual([]);
});
