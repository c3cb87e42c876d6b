import { expect, test } from "vitest";
import { filterOf, isFiltered, validateRefused } from "./search";

test("what can't be a filter is left out", () => {
  const read = validateRefused({ tab: "x", code: "", event: "", search: 7, from: "soon", to: "2026-03-02" });
  expect(read).toMatchObject({ event: "", search: "7", to: "2026-03-02" });
  expect([read.tab, read.code, read.from]).toEqual([undefined, undefined, undefined]);
});

test("days become instants, both included", () => {
  const { from, to } = filterOf({ from: "2026-03-02", to: "2026-03-02" });
  expect(Date.parse(to ?? "") - Date.parse(from ?? "")).toBe(86_400_000);
  expect(filterOf({ tab: "warnings", id: "x" })).toEqual({});
  expect([isFiltered({ id: "x" }), isFiltered({ event: "" })]).toEqual([false, true]);
});
