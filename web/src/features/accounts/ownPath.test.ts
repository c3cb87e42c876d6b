import { describe, expect, it } from "vitest";
import { ownPath } from "./ownPath";

// Attack 17: links to the page to sign in that lead elsewhere afterwards.
describe("the path to go on to", () => {
  it.each([
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "\t//evil.example",
    "/\n/evil.example",
    " //evil.example",
    "/%5Cevil.example",
    "/%5cevil.example",
    "/%2Fevil.example",
    "/%2f%2fevil.example",
    "/%252Fevil.example",
    "/%09/evil.example",
    "/%0d%0aLocation:evil",
    "/.//evil.example",
    "/a/..//evil.example",
    "/%2e//evil.example",
    "https://evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "evil.example",
    "@evil.example",
    "/%E0%A4%A",
    "",
    undefined,
    null,
    7,
    ["/"],
  ])("refuses %j", (raw) => {
    expect(ownPath(raw)).toBeUndefined();
  });

  it.each([
    "/",
    "/p/1",
    "/p/1/explore?series=%5B%7B%22event%22%3A%22a%5C%22b%22%7D%5D",
    "/p/1?next=//x#part",
  ])("keeps %j", (raw) => {
    expect(ownPath(raw)).toBe(raw);
  });
});
