import { expect, test } from "vitest";
import { type Document, groupsOf, hasParts, partsOf, type Schema, typeName } from "./document";

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
  expect(partsOf({ $ref: "#/components/schemas/NewKey" }, document).fields).toMatchObject([
    { name: "id", type: "uuid", isRequired: true },
    { name: "key", type: "string | null", isRequired: false },
  ]);
});

test("types are named in a word or two", () => {
  expect(typeName({ items: { $ref: "#/components/schemas/Key" } })).toBe("list of Key");
  expect(typeName({ enum: ["a", "b"] })).toBe('"a" | "b"');
});

test("the fields of a question are found through its kinds, its lists and what may be null", () => {
  const filter: Schema = {
    oneOf: [
      { type: "object", properties: { and: { items: { $ref: "#/components/schemas/Filter" } } } },
      { $ref: "#/components/schemas/Condition" },
    ],
  };
  const asking: Document = {
    ...document,
    components: {
      schemas: {
        Filter: filter,
        Condition: { properties: { property: { type: "string" } }, required: ["property"] },
        Series: {
          properties: { filter: { oneOf: [{ type: "null" }, { $ref: "#/components/schemas/Filter" }] } },
        },
        Trends: { properties: { series: { items: { $ref: "#/components/schemas/Series" } } } },
        Question: {
          allOf: [
            {
              oneOf: [
                {
                  allOf: [
                    { $ref: "#/components/schemas/Trends" },
                    { properties: { kind: { type: "string", enum: ["trends"] } } },
                  ],
                },
              ],
            },
            { properties: { max_age_seconds: { type: "integer" } } },
          ],
        },
      },
    },
  };
  const names = (schema: Schema | undefined) =>
    partsOf(schema ?? {}, asking).fields.map((field) => field.name);
  const question = { $ref: "#/components/schemas/Question" };
  expect(names(question)).toEqual(["series", "kind", "max_age_seconds"]);
  const series = partsOf(question, asking).fields[0]?.schema;
  expect(names(series)).toEqual(["filter"]);
  const forms = partsOf(partsOf(series ?? {}, asking).fields[0]?.schema ?? {}, asking).forms;
  expect(forms.map((form) => form.name)).toEqual(["and", "Condition"]);
  expect(names(forms[1]?.schema)).toEqual(["property"]);
  expect(hasParts({ type: "string" }, asking)).toBe(false);
});
