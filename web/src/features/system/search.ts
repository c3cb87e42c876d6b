import type { LogLevel } from "../../api/types";

/** What the address of the system log holds: its filters. */
export type LogSearch = { level?: LogLevel; component?: string; text?: string };

/** Reads the filters from an address; what can't be one is left out. */
export function validateLogs(raw: Record<string, unknown>): LogSearch {
  return {
    level: raw.level === "warn" || raw.level === "error" ? raw.level : undefined,
    component: typeof raw.component === "string" && raw.component ? raw.component : undefined,
    text: raw.text === undefined || raw.text === "" ? undefined : String(raw.text),
  };
}
