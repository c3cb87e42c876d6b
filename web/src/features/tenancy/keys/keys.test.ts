import { expect, test } from "vitest";
import { askingScopes, offeredScopes, readingScopes } from "./scopes";
import { dayOf, endOfDay, statusOf } from "./status";

const vocabulary = {
  resources: [
    { resource: "project" as const, actions: ["view" as const, "edit" as const], has_items: false },
    { resource: "api_keys" as const, actions: ["view" as const], has_items: false },
    { resource: "insights" as const, actions: ["view" as const, "run" as const], has_items: true },
  ],
};

test("a key is offered what who makes it may do, and nothing that stays with people", () => {
  const offered = offeredScopes(vocabulary, ["project:view", "api_keys:view", "insights:run"], []);
  expect(offered).toEqual([
    { resource: "project", actions: ["view"] },
    { resource: "insights", actions: ["run"] },
  ]);
});

test("what a key has already stays in sight", () => {
  expect(offeredScopes(vocabulary, [], ["project:edit"])).toEqual([
    { resource: "project", actions: ["edit"] },
  ]);
});

test("presets hold what is offered and no more", () => {
  const offered = ["project:view", "project:edit", "insights:run"];
  expect(readingScopes(offered)).toEqual(["project:view", "insights:run"]);
  expect(askingScopes(offered)).toEqual(["insights:run"]);
});

test("a key for a day is good until that day has ended, and comes back as the same day", () => {
  const end = endOfDay("2026-12-31");
  expect(new Date(end ?? 0).getFullYear()).toBe(2027);
  expect(dayOf(end ?? "")).toBe("2026-12-31");
  expect(endOfDay("")).toBeUndefined();
});

test("an end that has passed counts before a switch", () => {
  const now = Date.parse("2026-06-01T00:00:00Z");
  const key = { kind: "write" as const, scopes: [], working_scopes: [] };
  expect(statusOf({ ...key, is_active: true, expires_at: "2026-06-01T00:00:00Z" }, now)).toBe("expired");
  expect(statusOf({ ...key, is_active: false, expires_at: null }, now)).toBe("inactive");
  expect(statusOf({ ...key, is_active: true, expires_at: "2026-06-02T00:00:00Z" }, now)).toBe("active");
});

test("a secret key says when its holder may do less than it, or nothing", () => {
  const key = { kind: "secret" as const, is_active: true, expires_at: null, scopes: ["a:view", "b:view"] };
  expect(statusOf({ ...key, working_scopes: ["a:view", "b:view"] }, 0)).toBe("active");
  expect(statusOf({ ...key, working_scopes: ["a:view"] }, 0)).toBe("limited");
  expect(statusOf({ ...key, working_scopes: [] }, 0)).toBe("stopped");
  expect(statusOf({ ...key, working_scopes: [], is_active: false }, 0)).toBe("inactive");
});
