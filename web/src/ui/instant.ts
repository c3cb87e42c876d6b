// Times of instants are written in one zone: the one that a person chose, or else the project's in sight. The days and
// hours of a question are the project's whoever asks.
import { locale } from "../texts/texts";

const ofBrowser = Intl.DateTimeFormat().resolvedOptions().timeZone;
let zone = ofBrowser;

/** Sets the zone that times are shown in; undefined for the browser's. One that the browser does not know is passed over. */
export function showTimesIn(chosen: string | undefined): void {
  zone = chosen !== undefined && isKnown(chosen) ? chosen : ofBrowser;
}

/** Returns the zone that times are shown in. */
export function shownZone(): string {
  return zone;
}

const details = {
  day: { day: "numeric", month: "short", year: "numeric" },
  minute: { hour: "2-digit", minute: "2-digit", timeZoneName: "short" },
  second: { hour: "2-digit", minute: "2-digit", second: "2-digit", timeZoneName: "short" },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

const formats = new Map<string, Intl.DateTimeFormat>();

/** Writes an instant with its zone: 1 Dec 2026, 04:34 CET. A day alone goes without. */
export function instant(time: string | number, detail: keyof typeof details = "minute"): string {
  const key = `${zone} ${detail}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(locale, { ...details.day, ...details[detail], timeZone: zone });
    formats.set(key, format);
  }
  return format.format(new Date(time));
}

/** Returns the instant at which a day (2026-11-30) begins in the zone shown, or the day so many days later. */
export function dayStart(date: string, later = 0): string {
  const [year = 0, month = 1, day = 1] = date.split("-").map(Number);
  const wall = Date.UTC(year, month - 1, day + later);
  // The offset at a guess may be that of the other side of a change of clocks: the second look is at the right one.
  const first = wall - offsetAt(wall);
  return new Date(wall - offsetAt(first)).toISOString();
}

/** How far the clocks of the zone are ahead of UTC, in milliseconds. */
function offsetAt(time: number): number {
  const parts = new Intl.DateTimeFormat("en", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  }).formatToParts(time);
  const part = (type: string) => Number(parts.find((one) => one.type === type)?.value);
  const wall = Date.UTC(
    part("year"),
    part("month") - 1,
    part("day"),
    part("hour"),
    part("minute"),
    part("second"),
  );
  return wall - time;
}

function isKnown(name: string): boolean {
  try {
    Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
