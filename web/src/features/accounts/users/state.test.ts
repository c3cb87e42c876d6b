import { expect, test } from "vitest";
import type { UserAccount } from "../../../api/types";
import { factorOf, stateOf } from "./state";

const user = (part: Partial<UserAccount>): UserAccount => ({
  id: "1",
  email: "ada@example.com",
  username: null,
  first_name: "",
  last_name: "",
  avatar_url: null,
  is_admin: false,
  is_active: true,
  email_verified: true,
  has_password: true,
  has_second_factor: false,
  auth_provider: null,
  created_at: "2026-03-02T12:00:00Z",
  last_login_at: null,
  version: "v",
  ...part,
});

test("an account is in one state", () => {
  expect(stateOf(user({}))).toBe("active");
  expect(stateOf(user({ email_verified: false }))).toBe("unverified");
  expect(stateOf(user({ has_password: false, email_verified: false }))).toBe("invited");
  expect(stateOf(user({ has_password: false, auth_provider: "google" }))).toBe("active");
  expect(stateOf(user({ has_password: false, is_active: false }))).toBe("deactivated");
});

test("who signs in elsewhere only has no second factor here", () => {
  expect(factorOf(user({}))).toBe("off");
  expect(factorOf(user({ has_second_factor: true }))).toBe("on");
  expect(factorOf(user({ auth_provider: "google" }))).toBe("off");
  expect(factorOf(user({ auth_provider: "google", has_password: false }))).toBe("elsewhere");
});
