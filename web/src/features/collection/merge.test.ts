import { expect, test } from "vitest";
import type { EventRow } from "../../api/types";
import { merge } from "./merge";

const row = (event_id: string) => ({ event_id }) as EventRow;
const ids = (rows: EventRow[]) => rows.map((one) => one.event_id).join("");

test("new events come first and none twice", () => {
  const { rows, added } = merge([row("b"), row("a")], [row("d"), row("c"), row("b")]);
  expect(ids(rows)).toBe("dcba");
  expect(added).toBe(2);
});

test("a look that brings nothing new changes nothing", () => {
  const before = [row("b"), row("a")];
  expect(merge(before, [row("b")]).rows).toBe(before);
});

test("no more are kept than a page can hold", () => {
  expect(ids(merge([row("b"), row("a")], [row("c")], 2).rows)).toBe("cb");
});
