import { expect, test } from "vitest";
import { type Document, fieldsOf, groupsOf, typeName } from "./document";

const document: Document = {
  openapi: "3.1.0",
  info: { title: "Test", version: "1" },
  paths: {
    "/keys": {
      get: { summary: "Lists keys", tags: ["tenancy"] },
      post: { summary: "Creates a key", tags: ["tenancy"] },
    },
    "/events": { get: { summary: "Lists events", tags: ["collection"] } },
  },
  components: {
    schemas: {
      Key: { type: "object", required: ["id"], properties: { id: { type: "string", format: "uuid" } } },
      NewKey: {
        allOf: [{ $ref: "#/components/schemas/Key" }, { properties: { key: { type: ["string", "null"] } } }],
      },
    },
  },
};

test("operations are grouped by tag and found by any of their words", () => {
  expect(groupsOf(document, "").map(([tag, entries]) => [tag, entries.length])).toEqual([
    ["tenancy", 2],
    ["collection", 1],
  ]);
  expect(groupsOf(document, "post keys").flatMap(([, entries]) => entries.map((entry) => entry.id))).toEqual([
    "post /keys",
  ]);
});

test("fields that are taken over are listed with its own", () => {
  expect(fieldsOf({ $ref: "#/components/schemas/NewKey" }, document)).toMatchObject([
    { name: "id", type: "uuid", isRequired: true },
    { name: "key", type: "string | null", isRequired: false },
  ]);
});

test("types are named in a word or two", () => {
  expect(typeName({ items: { $ref: "#/components/schemas/Key" } })).toBe("list of Key");
  expect(typeName({ enum: ["a", "b"] })).toBe('"a" | "b"');
});
