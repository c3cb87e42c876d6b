import { expect, test } from "vitest";
import { readConfig } from "./readConfig";

test("an object is a configuration, however deep it is", () => {
  expect(readConfig('{"a": {"b": [1, null]}}')).toEqual({ values: { a: { b: [1, null] } } });
});

test.each(["[]", "null", "7", '"text"', "true"])("%s is JSON but no configuration", (text) => {
  expect(readConfig(text)).toEqual({ error: "This must be an object: { … }" });
});

test("what is not JSON says why", () => {
  expect(readConfig("{a: 1}").error).toMatch(/^This is not JSON: ./);
});
