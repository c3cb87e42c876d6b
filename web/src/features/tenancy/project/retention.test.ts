import { expect, test } from "vitest";
import { firstKept, retentionSentence, retentionSpan } from "./retention";

test("the first day that is kept is counted in UTC, like the server counts it", () => {
  const now = Date.parse("2026-03-10T23:30:00Z");
  expect(firstKept(1, now)).toMatch(/9/);
  expect(firstKept(10, now)).toMatch(/28/);
});

test("spans are said in years where they are whole years", () => {
  expect(retentionSpan(1)).toBe("1 day");
  expect(retentionSpan(90)).toBe("90 days");
  expect(retentionSpan(365)).toBe("1 year");
  expect(retentionSpan(730)).toBe("2 years");
  expect(retentionSpan(400)).toBe("400 days");
});

test("what is erased is said with its date, and that nothing is where it is kept forever", () => {
  expect(retentionSentence(null)).toBe("No event is ever erased because of its age.");
  expect(retentionSentence(90)).toContain("Events older than 90 days are erased for good");
});
