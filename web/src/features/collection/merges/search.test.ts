import { expect, test } from "vitest";
import { validateMerges } from "./search";

test("an id of digits is still an id, and what is none is left out", () => {
  expect(validateMerges({ user_id: 17 })).toEqual({ user_id: "17" });
  expect(validateMerges({ user_id: "ada@example.com" })).toEqual({ user_id: "ada@example.com" });
  for (const user_id of ["", null, { a: 1 }]) expect(validateMerges({ user_id }).user_id).toBeUndefined();
});
