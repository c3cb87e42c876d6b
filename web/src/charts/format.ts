import type { ChartBucket, ChartInterval, ChartUnit } from "./chart";

const numbers = new Map<string, Intl.NumberFormat>();
const dates = new Map<string, Intl.DateTimeFormat>();

function numberFormat(locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = locale + JSON.stringify(options);
  const known = numbers.get(key);
  if (known) return known;
  const made = new Intl.NumberFormat(locale, options);
  numbers.set(key, made);
  return made;
}

function dateFormat(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = locale + JSON.stringify(options);
  const known = dates.get(key);
  if (known) return known;
  // The digits of a bucket's start are local already: they are read and written as if they were UTC.
  const made = new Intl.DateTimeFormat(locale, { ...options, timeZone: "UTC" });
  dates.set(key, made);
  return made;
}

/** Writes a number in full, with the locale's grouping; fractions get at most two digits, small ones three. */
export function exact(value: number | null, unit: ChartUnit, locale: string): string {
  if (value === null) return "–";
  if (unit === "seconds") return duration(value);
  const small = Math.abs(value) < 1;
  const text = numberFormat(locale, { maximumFractionDigits: small ? 3 : 2 }).format(value);
  return unit === "percent" ? `${text} %` : text;
}

/** Writes a number short enough for an axis or a tile: 12.3K. */
export function compact(value: number | null, unit: ChartUnit, locale: string): string {
  if (value === null) return "–";
  if (unit === "seconds") return duration(value);
  const large = Math.abs(value) >= 10_000;
  const options: Intl.NumberFormatOptions = large
    ? { notation: "compact", maximumFractionDigits: 1 }
    : { maximumFractionDigits: Math.abs(value) < 10 ? 2 : 1 };
  const text = numberFormat(locale, options).format(value);
  return unit === "percent" ? `${text} %` : text;
}

/** Writes seconds as people say them: 42s, 3m 20s, 1h 05m. */
function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole}s`;
  const [minutes, rest] = [Math.floor(whole / 60), whole % 60];
  if (minutes < 60) return `${minutes}m ${String(rest).padStart(2, "0")}s`;
  return `${Math.floor(minutes / 60)}h ${String(minutes % 60).padStart(2, "0")}m`;
}

/** Returns the change from before to now as a fraction; null where it says nothing. */
export function change(now: number | null, before: number | null): number | null {
  if (now === null || before === null || before === 0) return null;
  return (now - before) / Math.abs(before);
}

/** Writes a change with its sign: +12 %. */
export function percentChange(fraction: number, locale: string): string {
  const digits = Math.abs(fraction) < 0.0995 ? 1 : 0;
  return numberFormat(locale, {
    style: "percent",
    signDisplay: "exceptZero",
    maximumFractionDigits: digits,
  }).format(fraction);
}

/** Writes a part of a whole: 12 %. */
export function share(fraction: number, locale: string): string {
  const digits = fraction > 0 && fraction < 0.0995 ? 1 : 0;
  return numberFormat(locale, { style: "percent", maximumFractionDigits: digits }).format(fraction);
}

/** Returns the local wall-clock time of a timestamp with offset, as if it were UTC. */
export function wallClock(timestamp: string): Date {
  return new Date(`${timestamp.slice(0, 19)}Z`);
}

/**
 * Names a round time under an axis, briefly: the hour within a day, the day, the month, or the year where marks stand
 * that far apart.
 */
export function timeLabel(time: Date, isWithinDay: boolean, stepMs: number, locale: string): string {
  const isMidnight = time.getUTCHours() === 0 && time.getUTCMinutes() === 0;
  if (isWithinDay && !isMidnight)
    return dateFormat(locale, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(time);
  const days = stepMs / 86_400_000;
  if (days < 28) return dateFormat(locale, { day: "numeric", month: "short" }).format(time);
  if (days >= 330) return dateFormat(locale, { year: "numeric" }).format(time);
  const isJanuary = time.getUTCMonth() === 0;
  return dateFormat(locale, isJanuary ? { month: "short", year: "numeric" } : { month: "short" }).format(
    time,
  );
}

/** Names a bucket at the head of a column, briefly. */
export function axisLabel(bucket: ChartBucket, interval: ChartInterval, locale: string): string {
  const start = wallClock(bucket.start);
  if (interval === "hour") {
    const midnight = start.getUTCHours() === 0;
    return midnight
      ? dateFormat(locale, { day: "numeric", month: "short" }).format(start)
      : dateFormat(locale, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(start);
  }
  if (interval === "month") {
    const january = start.getUTCMonth() === 0;
    return dateFormat(locale, january ? { month: "short", year: "numeric" } : { month: "short" }).format(
      start,
    );
  }
  return dateFormat(locale, { day: "numeric", month: "short" }).format(start);
}

/** Names a bucket in full, as in a tooltip or a table. */
export function bucketName(bucket: ChartBucket, interval: ChartInterval, locale: string): string {
  const start = wallClock(bucket.start);
  switch (interval) {
    case "hour":
      return dateFormat(locale, {
        weekday: "short",
        day: "numeric",
        month: "short",
        hour: "2-digit",
        minute: "2-digit",
        hourCycle: "h23",
      }).format(start);
    case "day":
      return dateFormat(locale, { weekday: "short", day: "numeric", month: "short", year: "numeric" }).format(
        start,
      );
    case "week": {
      const last = new Date(wallClock(bucket.end).getTime() - 86_400_000);
      return dateFormat(locale, { day: "numeric", month: "short", year: "numeric" }).formatRange(start, last);
    }
    case "month":
      return dateFormat(locale, { month: "long", year: "numeric" }).format(start);
  }
}
