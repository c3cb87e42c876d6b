import { locale, t } from "../../../texts/texts";

const zones = ["UTC", ...Intl.supportedValuesOf("timeZone").filter((zone) => zone !== "UTC")];

/** Returns the zones to choose from, with the one that is set even where this browser doesn't know it. */
export function zonesWith(zone: string | null | undefined): string[] {
  return !zone || zones.includes(zone) ? zones : [zone, ...zones];
}

export const weekStarts = Object.entries(t.settings.weekStarts).map(([value, label]) => ({ value, label }));

/** Currencies of today: browsers also know those of the past, whose English names tell their years. */
export function currencies(): { value: string; label: string }[] {
  const english = new Intl.DisplayNames("en", { type: "currency" });
  const own = new Intl.DisplayNames(locale, { type: "currency" });
  const isOfToday = (code: string) =>
    !/\d{4}/.test(english.of(code) ?? "") && (!code.startsWith("X") || shared.has(code));
  return Intl.supportedValuesOf("currency")
    .filter(isOfToday)
    .map((code) => ({ value: code, label: `${code} · ${own.of(code) ?? code}` }));
}

/** What several countries share; other codes with an X are metals and the like. */
const shared = new Set(["XAF", "XCD", "XOF", "XPF"]);
