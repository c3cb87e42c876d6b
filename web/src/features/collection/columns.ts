// Which columns the list of live events has; those that are chosen stand in the address.
import type { EventRow } from "../../api/types";

/** The columns there are, in their order; what happened and when it arrived are always shown. */
export const columnNames = [
  "where",
  "person",
  "from",
  "host",
  "referrer",
  "channel",
  "campaign",
  "device",
  "browser",
  "system",
  "session",
  "address",
  "library",
] as const;
export type ColumnName = (typeof columnNames)[number];

export const usualColumns: readonly ColumnName[] = ["where", "person", "from"];

/** What a plain column shows of an event; the others are drawn by the table. */
export const plainColumns: Partial<Record<ColumnName, (event: EventRow) => string>> = {
  host: (event) => event.host,
  referrer: (event) => event.referrer_domain,
  channel: (event) => event.channel,
  campaign: (event) => event.utm_campaign,
  device: (event) => event.device_type,
  browser: (event) => [event.browser, event.browser_version].filter(Boolean).join(" "),
  system: (event) => [event.os, event.os_version].filter(Boolean).join(" "),
  session: (event) => event.session_id,
  address: (event) => event.ip_address,
  library: (event) => event.library,
};

/** Reads columns from the address: those that are known, once each, in their order; undefined for the usual ones. */
export function readColumns(raw: unknown): ColumnName[] | undefined {
  if (!Array.isArray(raw)) return undefined;
  const chosen = columnNames.filter((name) => raw.includes(name));
  const isUsual =
    chosen.length === usualColumns.length && usualColumns.every((name) => chosen.includes(name));
  return isUsual ? undefined : chosen;
}

/** Shows a column, or hides it where it is shown. */
export function toggleColumn(shown: readonly ColumnName[], name: ColumnName): ColumnName[] | undefined {
  return readColumns(shown.includes(name) ? shown.filter((one) => one !== name) : [...shown, name]);
}
