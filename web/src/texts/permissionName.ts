import { t } from "./texts";

const resources: Record<string, string> = t.rights.resources;
const actions: Record<string, string> = t.rights.actions;

/** Says a permission in words: "Insights: run" for insights:run; what is none stays as it is. */
export function permissionName(word: string): string {
  const [resource = "", action = ""] = word.split(":");
  const names = [resources[resource], actions[action]?.toLowerCase()];
  return names[0] && names[1] ? names.join(": ") : word;
}
