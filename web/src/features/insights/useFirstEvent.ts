import { useQuery } from "@tanstack/react-query";
import type { CatalogueEvent } from "../../api/types";
import { catalogueEventsQuery } from "./api";

/** What Explore asks about when nothing is asked: the event, any event (undefined), or not known yet. */
export type FirstEvent = { isKnown: boolean; event?: string };

/** Returns what to begin with; `isNeeded` says whether the address leaves it open. */
export function useFirstEvent(project: string, isNeeded: boolean): FirstEvent {
  const events = useQuery({ ...catalogueEventsQuery(project), enabled: isNeeded });
  if (!isNeeded) return { isKnown: true };
  // Who may not read the catalogue can ask all the same.
  if (events.isError) return { isKnown: true };
  if (!events.data) return { isKnown: false };
  return { isKnown: true, event: mostFrequent(events.data) };
}

/** Returns the event that there is most of, of those that are not hidden. */
export function mostFrequent(
  events: Pick<CatalogueEvent, "name" | "count" | "is_hidden">[],
): string | undefined {
  const shown = events.filter((event) => !event.is_hidden && event.count > 0);
  return shown.sort((a, b) => b.count - a.count)[0]?.name;
}
