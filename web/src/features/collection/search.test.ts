import { expect, test } from "vitest";
import { validateIngestion, validateLive, validateMerges, validateSend } from "./search";

test("live events keep what they are filtered by, and nothing else", () => {
  const search = { event: "sign up", person: 17, traffic: "bots", search: "/pricing", id: "x" };
  expect(validateLive(search)).toEqual({ ...search, person: "17" });
  const nothing = {
    event: undefined,
    person: undefined,
    traffic: undefined,
    search: undefined,
    id: undefined,
  };
  expect(validateLive({ traffic: "all", search: "", id: 5 })).toEqual(nothing);
});

test("unknown choices fall back to the usual ones", () => {
  expect(validateSend({ with: "fax" })).toEqual({ with: undefined });
  expect(validateSend({ with: "posthog-js" })).toEqual({ with: "posthog-js" });
  expect(validateIngestion({ span: "7d" })).toEqual({ span: "7d" });
  expect(validateIngestion({ span: "century" })).toEqual({ span: undefined });
});

test("an id of digits is still an id, and what is none is left out", () => {
  expect(validateMerges({ user_id: 17 })).toEqual({ user_id: "17" });
  expect(validateMerges({ user_id: "ada@example.com" })).toEqual({ user_id: "ada@example.com" });
  for (const user_id of ["", null, { a: 1 }]) expect(validateMerges({ user_id }).user_id).toBeUndefined();
});
