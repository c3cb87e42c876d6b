import { expect, test } from "vitest";
import { entriesOf, problemsOf } from "./lines";

test("an entry stands on each line that is not empty", () => {
  expect(entriesOf(" 10.0.0.0/8 \n\nlocalhost\n")).toEqual(["10.0.0.0/8", "localhost"]);
});

test("a field tells what is wrong with any of its entries, and with no other field's", () => {
  const fields = { "hosts.1": "“*” is no host", "hosts.4": "“a b” is no host", hosts_of: "x" };
  expect(problemsOf(fields, "hosts")).toBe("“*” is no host; “a b” is no host");
  expect(problemsOf(fields, "networks")).toBeUndefined();
});
