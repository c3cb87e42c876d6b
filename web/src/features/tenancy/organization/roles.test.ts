import { expect, test } from "vitest";
import { mayChange, rolesFor } from "./roles";

const grace = (role: "member" | "admin" | "owner") => ({ user_id: "grace", role });

test("owners are made and changed by owners alone", () => {
  expect(rolesFor("admin")).not.toContain("owner");
  expect(rolesFor("owner")).toContain("owner");
  expect(mayChange("admin", grace("owner"), "ada")).toBe(false);
  expect(mayChange("owner", grace("owner"), "ada")).toBe(true);
  expect(mayChange("admin", grace("admin"), "ada")).toBe(true);
});

test("nobody is offered to change themselves", () => {
  expect(mayChange("owner", grace("owner"), "grace")).toBe(false);
});
