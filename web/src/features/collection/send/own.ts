import type { EventRow } from "../../../api/types";

/** What the demo's simulated events say they were sent by. */
const simulator = "demo";

/** Returns the newest event that somebody sent, and not the demo's simulator. */
export function newestOwn(events: EventRow[]): EventRow | undefined {
  return events.find((event) => event.library !== simulator);
}
