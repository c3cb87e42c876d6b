import { t } from "../../texts/texts";
import { propertyName, valueName } from "../insights/properties";
import type { Action, Permission, Resource } from "./api";

export type Cell = "all" | "own" | "some" | "none";

/** Returns what a role may do to one kind of things: the widest of its permissions counts. */
export function cellOf(permissions: Permission[], resource: Resource, action: Action): Cell {
  const here = permissions.filter((one) => one.resource === resource && one.action === action);
  if (here.length === 0) return "none";
  const own = (one: Permission) => one.conditions?.own === true;
  const tagged = (one: Permission) => Boolean(one.conditions?.tags);
  if (here.some((one) => !own(one) && !tagged(one))) return "all";
  return here.every((one) => own(one) && !tagged(one)) ? "own" : "some";
}

/** Returns the permissions after a click on a cell: all, then only their own, then none. */
export function turn(
  permissions: Permission[],
  resource: Resource,
  action: Action,
  hasItems: boolean,
): Permission[] {
  const others = permissions.filter((one) => one.resource !== resource || one.action !== action);
  switch (cellOf(permissions, resource, action)) {
    case "none":
      return [...others, { resource, action }];
    case "all":
      return hasItems ? [...others, { resource, action, conditions: { own: true } }] : others;
    default:
      return others;
  }
}

/** Says in short sentences to what permissions are limited, several of one kind in one. */
export function conditionTexts(permissions: Permission[]): string[] {
  const byCondition = new Map<string, { permission: Permission; actions: string[] }>();
  for (const permission of permissions) {
    if (!permission.conditions) continue;
    const key = JSON.stringify([permission.resource, permission.conditions]);
    const found = byCondition.get(key) ?? { permission, actions: [] };
    found.actions.push(t.rights.actions[permission.action].toLowerCase());
    byCondition.set(key, found);
  }
  return [...byCondition.values()].flatMap(({ permission, actions }) => {
    const { own, tags, projects } = permission.conditions ?? {};
    const what = `${t.rights.resources[permission.resource]} (${actions.join(", ")})`;
    return [
      own && t.rights.ownChip(what),
      tags && t.rights.tagChip(what, tags.join(", ")),
      projects && t.rights.projectChip(what, projects.length),
    ].filter((text): text is string => Boolean(text));
  });
}

/** Returns what a role is called: the roles of every organization have names in the page's language. */
export function roleName(name: string): string {
  return (t.settings.roles as Record<string, string>)[name] ?? name;
}

/** Returns what a person is called in a list to choose from, where names alone may be the same. */
export function personName({ name, email }: { name: string; email: string }): string {
  return name ? `${name} (${email})` : email;
}

/** Says which events a rule shows. */
export function ruleText({
  property,
  allowed_values,
}: {
  property: string;
  allowed_values: string[];
}): string {
  const values = allowed_values.map((value) => valueName(property, value));
  return t.rights.rowRule(propertyName(property), values.join(` ${t.rights.or} `));
}
