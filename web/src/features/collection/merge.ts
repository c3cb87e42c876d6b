import type { EventRow } from "../../api/types";

const maxKept = 500;

/** Puts newly seen events before those already shown, each once; keeps as many as a page can hold. */
export function merge(
  before: EventRow[],
  newest: EventRow[],
  limit = maxKept,
): { rows: EventRow[]; added: number } {
  const known = new Set(before.map((row) => row.event_id));
  const fresh = newest.filter((row) => !known.has(row.event_id));
  if (fresh.length === 0) return { rows: before, added: 0 };
  return { rows: [...fresh, ...before].slice(0, limit), added: fresh.length };
}
