import { expect, test } from "vitest";
import type { Folder } from "./api";
import { asTree, within } from "./tree";

const folder = (id: string, parent_id: string | null) =>
  ({ id, name: id, parent_id, may: [] }) as unknown as Folder;
const folders = [
  folder("b", null),
  folder("a", null),
  folder("c", "b"),
  folder("d", "c"),
  folder("x", "hidden"),
];

test("folders come below the one they lie in", () => {
  const told = asTree(folders).map(({ folder: { id }, depth }) => `${depth}${id}`);
  expect(told).toEqual(["0a", "0b", "1c", "2d", "0x"]);
});

test("a folder holds all that lies in it", () => {
  expect([...within(folders, "b")]).toEqual(["b", "c", "d"]);
});
