import { expect, test } from "vitest";
import { matching, type Row, rowOfProperty, tagsOf } from "./rows";

const row = (name: string, tags: string[], description = ""): Row => ({
  name,
  label: name,
  description,
  tags,
  isHidden: false,
  isColumn: false,
});

test("rows are found by name, description and tag", () => {
  const rows = [
    row("sign up", ["core"], "A new account"),
    row("bought", ["core", "money"]),
    row("$pageview", []),
  ];
  const names = (search: string, tag?: string) => matching(rows, search, tag).map((one) => one.name);
  expect(names("")).toEqual(["sign up", "bought", "$pageview"]);
  expect(names("NEW sign")).toEqual(["sign up"]);
  expect(names("mon")).toEqual(["bought"]);
  expect(names("", "core")).toEqual(["sign up", "bought"]);
  expect(names("bought", "other")).toEqual([]);
  expect(tagsOf(rows)).toEqual(["core", "money"]);
});

test("types of a property are told by how many values they have", () => {
  const types = { text: 2, number: 7 };
  const said = { description: "", tags: [], is_hidden: false };
  const made = rowOfProperty({
    name: "plan",
    label: "plan",
    source: "property",
    type: "mixed",
    types,
    ...said,
  });
  expect(made.types).toEqual([
    ["number", 7],
    ["text", 2],
  ]);
});
