import type { EventRow } from "../../api/types";
import { countryName } from "../insights/properties";

/** Says where in the product an event happened. */
export function whereOf(event: EventRow): string {
  if (event.path) return event.path;
  return event.host ?? "";
}

/** Says where in the world an event came from. */
export function placeOf(event: EventRow): string {
  if (event.city) return event.city;
  return event.country ? countryName(event.country) : "";
}
