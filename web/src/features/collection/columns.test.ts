import { expect, test } from "vitest";
import { readColumns, toggleColumn, usualColumns } from "./columns";
import { validateLive } from "./search";

test("chosen columns stand in the address, and the usual ones don't", () => {
  expect(toggleColumn(usualColumns, "session")).toEqual(["where", "person", "from", "session"]);
  expect(toggleColumn(["where", "person", "from", "session"], "session")).toBeUndefined();
  expect(validateLive({ columns: ["session", "where"] }).columns).toEqual(["where", "session"]);
});

test("no column is a choice too, and what is no column is left out", () => {
  expect(toggleColumn(["where"], "where")).toEqual([]);
  expect(readColumns(["where", "where", "nonsense", 7])).toEqual(["where"]);
  expect(readColumns("where")).toBeUndefined();
});
