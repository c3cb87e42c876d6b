// What the addresses of the places about data may hold.
import type { Traffic } from "../../api/types";
import { traffics } from "../insights/question/question";
import { type ColumnName, readColumns } from "./columns";
import { type SetupName, setupNames } from "./send/setups";

export type LiveSearch = {
  event?: string;
  person?: string;
  traffic?: Traffic;
  search?: string;
  id?: string;
  columns?: ColumnName[];
};

/** Which events a list shows: the address without what is opened, and how they are shown. */
export type LiveChoice = Omit<LiveSearch, "id" | "columns">;

export function validateLive(raw: Record<string, unknown>): LiveSearch {
  return {
    event: text(raw.event),
    person: text(raw.person),
    traffic: traffics.find((traffic) => traffic === raw.traffic && traffic !== "all"),
    search: text(raw.search),
    id: typeof raw.id === "string" ? raw.id : undefined,
    columns: readColumns(raw.columns),
  };
}

export function validateSend(raw: Record<string, unknown>): { with?: SetupName } {
  return { with: setupNames.find((name) => name === raw.with) };
}

/** What the address of the merged people holds: the one distinct id they are about. */
export function validateMerges(raw: Record<string, unknown>): { user_id?: string } {
  return { user_id: text(raw.user_id) };
}

export const spans = ["6h", "24h", "7d", "30d", "90d"] as const;
export type Span = (typeof spans)[number];

export function validateIngestion(raw: Record<string, unknown>): { span?: Span } {
  return { span: spans.find((span) => span === raw.span) };
}

/** A number is what is left of digits in an address. */
function text(raw: unknown): string | undefined {
  if (typeof raw === "number" || typeof raw === "boolean") return String(raw);
  return typeof raw === "string" && raw !== "" ? raw : undefined;
}
