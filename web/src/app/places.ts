import { t } from "../texts/texts";
import type { IconName } from "../ui/iconPaths";

/** The places of a project, in the order of the sidebar. Only those that exist. */
export const places = [
  { to: "/p/$project", label: t.places.home, icon: "home", key: "h" },
  { to: "/p/$project/explore", label: t.places.explore, icon: "chartLine", key: "e" },
  { to: "/p/$project/live", label: t.places.live, icon: "activity", key: "l" },
  { to: "/p/$project/catalogue", label: t.places.catalogue, icon: "book", key: "d" },
  { to: "/p/$project/send", label: t.places.send, icon: "send", key: "s" },
  { to: "/p/$project/refused", label: t.places.refused, icon: "ban", key: "r" },
  { to: "/p/$project/settings", label: t.places.settings, icon: "settings", key: "t" },
] as const satisfies readonly { to: string; label: string; icon: IconName; key: string }[];
