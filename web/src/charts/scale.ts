// Where the marks of an axis stand: round numbers, and round times of the clock that the buckets follow.
import type { ChartBucket, ChartInterval } from "./chart";
import { timeLabel, wallClock } from "./format";

/** A mark of the time axis: its place is counted in buckets and may lie between two. */
export type TimeTick = { at: number; label: string };

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** How far apart marks stand: `key` numbers the stretches, `begin` says when one starts. */
type Step = { length: number; key: (time: number) => number; begin: (key: number) => number };

function every(length: number, from = 0): Step {
  return {
    length,
    key: (time) => Math.floor((time - from) / length),
    begin: (key) => key * length + from,
  };
}

function months(count: number): Step {
  return {
    length: count * 28 * day,
    key: (time) => {
      const date = new Date(time);
      return Math.floor((date.getUTCFullYear() * 12 + date.getUTCMonth()) / count);
    },
    begin: (key) => Date.UTC(Math.floor((key * count) / 12), (key * count) % 12, 1),
  };
}

const monthSteps = [1, 2, 3, 6, 12, 24, 60, 120].map(months);
/** The first Monday of the epoch. */
const monday = 4 * day;

/** Returns the steps that suit an interval, the finest first; weeks begin where the buckets do. */
function stepsOf(interval: ChartInterval, first: number): Step[] {
  switch (interval) {
    case "hour":
      return [15 * minute, 30 * minute, hour, 2 * hour, 3 * hour, 6 * hour, 12 * hour, day, 2 * day]
        .map((length) => every(length))
        .concat(every(7 * day, monday), monthSteps);
    case "day":
      return [every(day), every(2 * day), every(7 * day, monday), every(14 * day, monday), ...monthSteps];
    case "week":
      return [every(7 * day, first), every(14 * day, first), ...monthSteps];
    case "month":
      return monthSteps;
  }
}

/** About how wide a small text is; nothing here can measure one. */
export function widthOf(text: string): number {
  return text.length * 6.3;
}

const gap = 14;

/** Returns as many round local times as fit without touching; `xOf` says where a place stands. */
export function timeTicks(
  buckets: ChartBucket[],
  interval: ChartInterval,
  locale: string,
  xOf: (at: number) => number,
): TimeTick[] {
  const times = buckets.map((bucket) => wallClock(bucket.start).getTime());
  const first = times[0];
  if (first === undefined) return [];
  for (const step of stepsOf(interval, first)) {
    const ticks = ticksOf(times, step, locale);
    if (ticks.length > 0 && haveRoom(ticks, xOf)) return ticks;
    // Coarser steps would leave the axis empty.
    if (ticks.length === 1) return ticks;
  }
  return [{ at: 0, label: timeLabel(new Date(first), interval === "hour", 0, locale) }];
}

function ticksOf(times: number[], step: Step, locale: string): TimeTick[] {
  const ticks: TimeTick[] = [];
  for (const [index, time] of times.entries()) {
    const key = step.key(time);
    const begin = step.begin(key);
    const before = times[index - 1];
    const isNew = before === undefined ? begin === time : step.key(before) < key;
    if (!isNew) continue;
    const part = before !== undefined && begin > before ? (time - begin) / (time - before) : 0;
    ticks.push({
      at: index - part,
      label: timeLabel(new Date(begin), step.length < day, step.length, locale),
    });
  }
  return ticks;
}

function haveRoom(ticks: TimeTick[], xOf: (at: number) => number): boolean {
  return ticks.every((tick, index) => {
    const next = ticks[index + 1];
    if (!next) return true;
    return xOf(next.at) - xOf(tick.at) >= (widthOf(tick.label) + widthOf(next.label)) / 2 + gap;
  });
}

/** Returns round numbers from at most `min` to at least `max`, about `count` steps apart. */
export function numberTicks(min: number, max: number, count: number, isWhole: boolean): number[] {
  const span = max - min || 1;
  const raw = span / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const factor = [1, 2, 2.5, 5, 10].find((candidate) => candidate * power >= raw) ?? 10;
  const step = isWhole ? Math.max(1, Math.ceil(factor * power)) : factor * power;
  const from = Math.floor(min / step);
  const to = Math.ceil(max / step - 1e-9);
  // Multiplied, not added up: 0.1 + 0.2 would be no round number.
  return Array.from({ length: Math.max(1, to - from) + 1 }, (_, index) => (from + index) * step);
}
