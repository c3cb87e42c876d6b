import { expect, test } from "vitest";
import type { AuditEntry } from "../../api/types";
import { actionName, changesOf, factsOf, plain, sentenceOf } from "./sentence";

const entry = (part: Partial<AuditEntry>): AuditEntry => ({
  id: "1",
  number: 1,
  created_at: "2026-03-02T12:00:00Z",
  user: { id: "u", name: "Ada Lovelace", email: "ada@example.com" },
  action: "project.update",
  resource_type: "project",
  resource_id: null,
  organization_id: null,
  project_id: null,
  old_values: null,
  new_values: null,
  details: {},
  ip_address: null,
  user_agent: null,
  hash: "",
  ...part,
});

const said = (part: Partial<AuditEntry>) => {
  const { who, verb, what, name, end } = sentenceOf(entry(part));
  return [who, verb, what, name, end].filter(Boolean).join(" ");
};

test("a change of the name alone is a renaming", () => {
  const old_values = { name: "Shop" };
  const new_values = { name: "Store" };
  expect(said({ old_values, new_values, details: { name: "Store" } })).toBe(
    "Ada Lovelace renamed the project Shop to Store",
  );
});

test("settings go by the names the page gives them", () => {
  const old_values = { query_timeout_seconds: 30 };
  const new_values = { query_timeout_seconds: 5 };
  expect(said({ action: "setting.update", old_values, new_values })).toBe(
    "Ada Lovelace set Questions may take to 5 seconds",
  );
});

test("a switch says which way it went", () => {
  const change = (field: string, value: boolean) =>
    said({
      action: "user.update",
      details: { name: "grace@example.com" },
      old_values: { [field]: !value },
      new_values: { [field]: value },
    });
  expect(change("is_active", false)).toBe("Ada Lovelace deactivated the account grace@example.com");
  expect(change("is_admin", true)).toBe(
    "Ada Lovelace made the account grace@example.com an admin of the instance",
  );
});

test("a refusal says what was asked and what it needs", () => {
  const details = { operation: "PATCH /api/v1/projects/{project}", needed: "project:edit" };
  expect(said({ action: "access.refused", details })).toBe(
    "Ada Lovelace was refused PATCH /api/v1/projects/{project}, which needs Project settings: edit",
  );
});

test("who was let in is named, where the row knows", () => {
  const details = { name: "Marketing", whom: "Alan Turing" };
  expect(said({ action: "grant.give", details })).toBe("Ada Lovelace opened Marketing to Alan Turing");
  expect(said({ action: "role.assign", details: { name: "viewer" } })).toBe(
    "Ada Lovelace gave the role viewer",
  );
});

test("actions have names for the filter", () => {
  expect(["session.start", "folder.create", "access.refused"].map(actionName)).toEqual([
    "Signed in with",
    "Created the folder",
    "Was refused",
  ]);
});

test("an action without words of its own still reads", () => {
  expect(said({ action: "saved_query.move_up", details: { name: "Q" } })).toBe(
    "Ada Lovelace move up the saved query Q",
  );
});

test("who has no name is named by what is known", () => {
  expect(sentenceOf(entry({ user: null })).who).toBe("The system");
  expect(sentenceOf(entry({ user: null, ip_address: "192.0.2.1" })).who).toBe("Somebody not signed in");
  expect(sentenceOf(entry({ user: { id: "u", name: null, email: null } })).who).toBe("A deleted account");
});

test("what the sentence does not say is told beside it", () => {
  const details = {
    name: "Marketing",
    whom: "Alan",
    principal_id: "1",
    permission_type: "view",
    expires_at: null,
  };
  expect(factsOf(entry({ details }))).toEqual([["permission_type", "view"]]);
});

test("fields of both sides are compared", () => {
  const found = changesOf(entry({ old_values: { a: 1, b: [] }, new_values: { a: 2, c: true } }));
  expect(found).toEqual([
    { field: "a", before: 1, after: 2 },
    { field: "b", before: [], after: undefined },
    { field: "c", before: undefined, after: true },
  ]);
  expect([plain(["x", "y"]), plain([]), plain({ a: 1 })]).toEqual(["x, y", "nothing", '{"a":1}']);
});
