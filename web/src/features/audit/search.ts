import { dayStart } from "../../ui/instant";

/** What the address of an audit log holds: its filters. */
export type AuditSearch = {
  action?: string;
  user?: string;
  resource?: string;
  /** Days in the zone that times are shown in, both included. */
  from?: string;
  to?: string;
};

/** Reads the filters from an address; what can't be one is left out. */
export function validateAudit(raw: Record<string, unknown>): AuditSearch {
  return {
    action: text(raw.action),
    user: text(raw.user),
    resource: text(raw.resource),
    from: day(raw.from),
    to: day(raw.to),
  };
}

/** Returns the filters as the API takes them: days become instants. */
export function filterOf(search: AuditSearch) {
  return {
    action: search.action,
    user: search.user,
    resource_id: search.resource,
    from: search.from && dayStart(search.from),
    to: search.to && dayStart(search.to, 1),
  };
}

function text(raw: unknown): string | undefined {
  return typeof raw === "string" && raw !== "" ? raw : undefined;
}

function day(raw: unknown): string | undefined {
  return typeof raw === "string" && /^\d{4}-\d\d-\d\d$/.test(raw) ? raw : undefined;
}
