import { dayStart } from "../../../ui/instant";

/** What the address of the refused events holds: the tab, the filters, and the event that is open. */
export type RefusedSearch = {
  tab?: "warnings";
  code?: string;
  field?: string;
  /** Empty for events without a name. */
  event?: string;
  search?: string;
  /** Days in the zone that times are shown in, both included. */
  from?: string;
  to?: string;
  id?: string;
};

/** Reads it from an address; what can't be one is left out. */
export function validateRefused(raw: Record<string, unknown>): RefusedSearch {
  return {
    tab: raw.tab === "warnings" ? "warnings" : undefined,
    code: text(raw.code),
    field: raw.field === undefined ? undefined : String(raw.field),
    event: raw.event === undefined ? undefined : String(raw.event),
    search: text(raw.search),
    from: day(raw.from),
    to: day(raw.to),
    id: text(raw.id),
  };
}

export type RefusedFilter = {
  code?: string;
  field?: string;
  event?: string;
  search?: string;
  from?: string;
  to?: string;
};

/** Returns the filters as the API takes them: days become instants. */
export function filterOf({ code, field, event, search, from, to }: RefusedSearch): RefusedFilter {
  const all = { code, field, event, search, from: from && dayStart(from), to: to && dayStart(to, 1) };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** Whether anything is left out. */
export function isFiltered(search: RefusedSearch): boolean {
  return Object.keys(filterOf(search)).length > 0;
}

function text(raw: unknown): string | undefined {
  return raw === undefined || raw === "" ? undefined : String(raw);
}

function day(raw: unknown): string | undefined {
  return typeof raw === "string" && /^\d{4}-\d\d-\d\d$/.test(raw) ? raw : undefined;
}
