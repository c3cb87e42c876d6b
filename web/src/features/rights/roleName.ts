import { t } from "../../texts/texts";

/** Returns what a role is called on the page: those of every organization have a name in the reader's language. */
export function roleName(name: string): string {
  return t.settings.roles[name as keyof typeof t.settings.roles] ?? name;
}
