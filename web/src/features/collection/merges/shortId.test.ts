import { expect, test } from "vitest";
import { shortId } from "./shortId";

test("short ids stay as they are", () => {
  expect(shortId("ada@example.com")).toBe("ada@example.com");
  expect(shortId("x".repeat(30))).toBe("x".repeat(30));
});

test("of long ids both ends are left", () => {
  expect(shortId("anon-81f2b7c4-5d06-4e9a-8c33-0f1e2d3c4b5a")).toBe("anon-81f2b7c4-5d0…0f1e2d3c4b5a");
  expect([...shortId("x".repeat(200))]).toHaveLength(30);
});

test("no character is cut in two", () => {
  expect(shortId("🦉".repeat(40))).toBe(`${"🦉".repeat(17)}…${"🦉".repeat(12)}`);
});
