import { expect, test } from "vitest";
import type { Me } from "../../../api/types";
import { newPlaces } from "./enter";

const me = (projects: string[], organizations: string[]) =>
  ({
    projects: projects.map((id) => ({ id })),
    organizations: organizations.map((id) => ({ id })),
  }) as Me;

test("an invitation leads to the project it opened, not to the one seen last", () => {
  expect(newPlaces(me(["old", "new"], ["a", "b"]), me(["old"], ["a"]))).toEqual({
    project: "new",
    organization: "b",
  });
});

test("an invitation without projects leads to its organization", () => {
  expect(newPlaces(me(["old"], ["a", "b"]), me(["old"], ["a"]))).toEqual({ organization: "b" });
});
