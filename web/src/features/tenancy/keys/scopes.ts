import type { Action, Resource, Vocabulary } from "../../rights/api";

/** What stays with people: who comes into a project, and what they may do there. */
const forPeople: ReadonlySet<Resource> = new Set(["project_members", "api_keys", "grants"]);

/** Returns what a key can be given by somebody, and what it has already. */
export function offeredScopes(
  vocabulary: Pick<Vocabulary, "resources"> | undefined,
  permissions: string[],
  chosen: string[],
): { resource: Resource; actions: Action[] }[] {
  const known = new Set([...permissions, ...chosen]);
  return (vocabulary?.resources ?? [])
    .filter(({ resource }) => !forPeople.has(resource))
    .map(({ resource, actions }) => ({
      resource,
      actions: actions.filter((action) => known.has(`${resource}:${action}`)),
    }))
    .filter(({ actions }) => actions.length > 0);
}

/** Returns what takes to ask questions, of all that is offered. */
export function askingScopes(offered: string[]): string[] {
  const asking = new Set(["insights:run", "insights:view", "events:view"]);
  return offered.filter((scope) => asking.has(scope));
}

/** Returns what only reads, of all that is offered. */
export function readingScopes(offered: string[]): string[] {
  return offered.filter((scope) => scope.endsWith(":view") || scope === "insights:run");
}
