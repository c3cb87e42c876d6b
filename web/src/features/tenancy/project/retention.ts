import { locale, t } from "../../../texts/texts";

const day = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeZone: "UTC" });

/** Returns the first day whose events are kept, as the server counts it: in UTC. */
export function firstKept(days: number, now = Date.now()): string {
  return day.format(now - days * 86_400_000);
}

/** Says how long that is: in years where it is whole years. */
export function retentionSpan(days: number): string {
  const isYears = days >= 365 && days % 365 === 0;
  return isYears ? t.settings.retentionYears(days / 365) : t.settings.retentionDays(days);
}

/** Says what is erased, and what is not. */
export function retentionSentence(days: number | null): string {
  if (days === null) return t.settings.retentionNever;
  return t.settings.retentionWhat(retentionSpan(days), firstKept(days));
}
