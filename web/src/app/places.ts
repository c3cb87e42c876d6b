import { t } from "../texts/texts";
import type { IconName } from "../ui/iconPaths";

/**
 * The places of a project, in the order of the sidebar. Only those that exist. Those about data stand together under
 * a title of their own; on a phone the bar below has room for one of them, and they lead to each other.
 */
export const places = [
  { to: "/p/$project", label: t.places.home, icon: "home", key: "h", area: undefined },
  { to: "/p/$project/explore", label: t.places.explore, icon: "chartLine", key: "e", area: undefined },
  { to: "/p/$project/live", label: t.places.live, icon: "activity", key: "l", area: "data" },
  { to: "/p/$project/catalogue", label: t.places.catalogue, icon: "book", key: "d", area: "data" },
  { to: "/p/$project/send", label: t.places.send, icon: "send", key: "s", area: "data" },
  { to: "/p/$project/merges", label: t.places.merges, icon: "arrowsJoin", key: "m", area: "data" },
  { to: "/p/$project/refused", label: t.places.refused, icon: "ban", key: "r", area: "data" },
  { to: "/p/$project/ingestion", label: t.places.ingestion, icon: "gauge", key: "i", area: "data" },
  { to: "/p/$project/settings", label: t.places.settings, icon: "settings", key: "t", area: undefined },
] as const satisfies readonly {
  to: string;
  label: string;
  icon: IconName;
  key: string;
  area: "data" | undefined;
}[];

/** The places about data. */
export const dataPlaces = places.filter((place) => place.area === "data");

/** The places in the bar of a phone: of those about data the first. */
export const phonePlaces = places.filter((place) => place.area === undefined || place === dataPlaces[0]);
