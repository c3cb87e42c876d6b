import { expect, test } from "vitest";
import { mostFrequent } from "./useFirstEvent";

const event = (name: string, count: number, is_hidden = false) => ({ name, count, is_hidden });

test("Explore begins with the event that the project has most of, not with one that it has not", () => {
  expect(mostFrequent([event("order", 5), event("signup", 9), event("old", 100, true)])).toBe("signup");
  expect(mostFrequent([event("$pageview", 0)])).toBeUndefined();
  expect(mostFrequent([])).toBeUndefined();
});
