import { locale, t } from "../../../texts/texts";
import { eventName } from "../../insights/properties";

/** Names a refused event, which may have no name. */
export function refusedName(event: string): string {
  return event === "" ? t.refused.noName : eventName(event);
}

/** Says how many events there are. */
export function eventsText(count: number): string {
  return t.refused.count(count, count.toLocaleString(locale));
}
