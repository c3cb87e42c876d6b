import { locale } from "../../../texts/texts";

const units: [ms: number, unit: string][] = [
  [86_400_000, "day"],
  [3_600_000, "hour"],
  [60_000, "minute"],
  [1_000, "second"],
  [1, "millisecond"],
];

/** Writes a length of time in the unit that suits it: 430 ms, 1.2 s, 3 min. */
export function durationText(ms: number): string {
  const [length, unit] = units.find(([least]) => ms >= least) ?? [1, "millisecond"];
  const value = ms / length;
  const digits = unit === "second" && value < 10 ? 1 : 0;
  return new Intl.NumberFormat(locale, {
    style: "unit",
    unit,
    unitDisplay: unit === "day" ? "long" : "short",
    maximumFractionDigits: digits,
  }).format(value);
}

const bytes = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"];

/** Writes an amount of bytes: 4.3 GB. */
export function bytesText(amount: number): string {
  const power = amount < 1 ? 0 : Math.min(bytes.length - 1, Math.floor(Math.log10(amount) / 3));
  return new Intl.NumberFormat(locale, {
    style: "unit",
    unit: bytes[power],
    unitDisplay: "short",
    maximumFractionDigits: power === 0 ? 0 : 1,
  }).format(amount / 1000 ** power);
}
