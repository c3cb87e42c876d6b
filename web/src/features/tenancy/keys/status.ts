import type { ApiKey } from "../../../api/types";

type Told = Pick<ApiKey, "is_active" | "expires_at" | "kind" | "scopes" | "working_scopes">;

/** Says whether a key is accepted, and if not, why. */
export function statusOf(key: Told, now: number) {
  if (key.expires_at && Date.parse(key.expires_at) <= now) return "expired";
  if (!key.is_active) return "inactive";
  if (key.kind === "write" || key.working_scopes.length === key.scopes.length) return "active";
  return key.working_scopes.length === 0 ? "stopped" : "limited";
}

/** Returns the end of a day in the reader's zone, which is when a key that is good for that day ends. */
export function endOfDay(date: string): string | undefined {
  const [year, month, day] = date.split("-").map(Number);
  if (!year || !month || !day) return undefined;
  return new Date(year, month - 1, day + 1).toISOString();
}

/** Returns the day a moment lies in, as a date field writes it. */
export function dayOf(moment: string): string {
  const before = new Date(Date.parse(moment) - 1);
  const two = (number: number) => String(number).padStart(2, "0");
  return `${before.getFullYear()}-${two(before.getMonth() + 1)}-${two(before.getDate())}`;
}
