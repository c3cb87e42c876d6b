// Turns a chart into marks on a plane. Pure: it knows neither React nor the DOM.
import type { Chart, ChartLine } from "./chart";
import { compact } from "./format";
import { colorOf, type Look } from "./palette";
import { numberTicks, type TimeTick, timeTicks, widthOf } from "./scale";
import { isLonely, segments } from "./segments";

/** One outline or surface; `fill` is how dense its colour is. */
export type Mark = {
  key: string;
  path: string;
  color: string;
  fill?: number;
  stroke?: number;
  dash?: string;
  opacity?: number;
};

export type Plot = { left: number; top: number; width: number; height: number };

export type Drawing = {
  plot: Plot;
  times: (TimeTick & { x: number; anchor: "start" | "middle" | "end" })[];
  numbers: { y: number; label: string }[];
  marks: Mark[];
  /** Returns where the middle of a bucket stands. */
  xOf: (bucket: number) => number;
  bucketAt: (x: number) => number;
  /** Returns where a line stands in a bucket, for the dot under the pointer. */
  yOf: (line: number, bucket: number) => number | null;
};

/** With more lines, those of the period before would hide what they are compared with; the tooltip still tells them. */
const maxComparedLines = 4;
const dashes = { unfinished: "4 4", before: "1.5 4" };

/** Draws a chart over time into a room. */
export function draw(
  chart: Chart,
  look: Look,
  size: { width: number; height: number },
  locale: string,
): Drawing {
  const isBar = chart.kind === "bar" || chart.kind === "stacked";
  const isStacked = chart.kind === "area" || chart.kind === "stacked";
  const count = chart.buckets.length;
  const levels = isStacked ? stacked(chart.lines, count) : undefined;
  const before = isBar || chart.lines.length <= maxComparedLines ? beforeOf(chart, count, isStacked) : [];

  const tops = levels ? levels.map((level) => level.top) : chart.lines.map((line) => line.values);
  const [least, most] = extent([...tops, ...before.map((level) => level.top)]);
  const isWhole = chart.lines.every((line) => line.values.every((v) => v === null || Number.isInteger(v)));
  const steps = numberTicks(least, most, size.height < 160 ? 2 : 4, isWhole);
  const labels = steps.map((value) => compact(value, chart.unit, locale));
  const left = Math.ceil(Math.max(...labels.map(widthOf))) + 12;
  const plot = {
    left,
    top: 10,
    width: Math.max(1, size.width - left - 10),
    height: Math.max(1, size.height - 36),
  };

  const low = steps[0] ?? 0;
  const high = steps.at(-1) ?? 1;
  const yAt = (value: number) => plot.top + plot.height * (1 - (value - low) / (high - low));
  const band = plot.width / Math.max(1, count);
  const span = Math.max(1, count - 1);
  const xOf = (at: number) => {
    if (isBar) return plot.left + (at + 0.5) * band;
    return count === 1 ? plot.left + plot.width / 2 : plot.left + (at / span) * plot.width;
  };
  const bucketAt = (x: number) => {
    const at = isBar ? Math.floor((x - plot.left) / band) : Math.round(((x - plot.left) / plot.width) * span);
    return Math.min(count - 1, Math.max(0, at));
  };
  const plane: Plane = { chart, look, xOf, yAt, band, zero: yAt(Math.max(0, low)) };
  return {
    plot,
    times: timeTicks(chart.buckets, chart.interval, locale, xOf).map((tick) =>
      placed(tick, xOf(tick.at), size.width),
    ),
    numbers: steps.map((value, index) => ({ y: yAt(value), label: labels[index] ?? "" })),
    marks: isBar ? bars(plane, levels, before) : strokes(plane, levels, before),
    xOf,
    bucketAt,
    yOf: (line, bucket) => {
      const value = tops[line]?.[bucket] ?? null;
      return value === null ? null : yAt(value);
    },
  };
}

type Values = (number | null)[];
type Level = { base: number[]; top: Values };
type Plane = {
  chart: Chart;
  look: Look;
  xOf: (at: number) => number;
  yAt: (value: number) => number;
  band: number;
  zero: number;
};

function placed(tick: TimeTick, x: number, width: number): Drawing["times"][number] {
  const half = widthOf(tick.label) / 2;
  if (x - half < 0) return { ...tick, x: 0, anchor: "start" };
  if (x + half > width) return { ...tick, x: width, anchor: "end" };
  return { ...tick, x, anchor: "middle" };
}

/** Sets each line on the one before it; what is below zero is stacked downwards. */
function stacked(lines: { values: Values }[], count: number): Level[] {
  const above = new Array<number>(count).fill(0);
  const below = new Array<number>(count).fill(0);
  return lines.map(({ values }) => {
    const base: number[] = [];
    const top: number[] = [];
    for (let index = 0; index < count; index += 1) {
      const value = values[index] ?? 0;
      const pile = value < 0 ? below : above;
      base.push(pile[index] ?? 0);
      pile[index] = (pile[index] ?? 0) + value;
      top.push(pile[index] ?? 0);
    }
    return { base, top };
  });
}

type BeforeLevel = Level & { line: ChartLine };

function beforeOf(chart: Chart, count: number, isStacked: boolean): BeforeLevel[] {
  const lines = chart.lines.filter((line) => line.previous);
  const cut = lines.map((line) => ({ values: (line.previous?.values ?? []).slice(0, count) }));
  const levels = isStacked
    ? stacked(cut, count)
    : cut.map(({ values }) => ({ base: values.map(() => 0), top: values }));
  // A stack of before would stand inside the one of now.
  if (chart.kind === "area") return [];
  return lines.map((line, index) => ({
    line,
    base: levels[index]?.base ?? [],
    top: levels[index]?.top ?? [],
  }));
}

/** Returns the least and the greatest number; zero is always in sight. */
function extent(all: Values[]): [number, number] {
  let least = 0;
  let most = 0;
  for (const values of all) {
    for (const value of values) {
      if (value === null) continue;
      if (value < least) least = value;
      if (value > most) most = value;
    }
  }
  return [least, most === 0 && least === 0 ? 1 : most];
}

function strokes(plane: Plane, levels: Level[] | undefined, before: BeforeLevel[]): Mark[] {
  const { chart, look, zero, yAt } = plane;
  const marks: Mark[] = [];
  for (const { line, top } of before) {
    const color = colorOf(look, line.color);
    const path = outline(plane, top);
    marks.push({ key: `${line.id}/previous`, path, color, stroke: 1.5, dash: dashes.before, opacity: 0.6 });
  }
  for (const [index, line] of chart.lines.entries()) {
    const color = colorOf(look, line.color);
    const level = levels?.[index];
    const top = level?.top ?? line.values;
    const isTinted = chart.fill && chart.lines.length === 1;
    const floor = level ? (at: number) => yAt(level.base[at] ?? 0) : () => zero;
    const { solid, dashed } = segments(top, chart.buckets);
    if (level || isTinted) {
      const fill = level ? 0.3 : 0.09;
      marks.push({ key: `${line.id}/fill`, path: surface(plane, solid, floor), color, fill });
      if (dashed)
        marks.push({
          key: `${line.id}/fill/unfinished`,
          path: surface(plane, dashed, floor),
          color,
          fill: fill / 2,
        });
    }
    marks.push({ key: line.id, path: outline(plane, solid, dashed), color, stroke: 2 });
    if (dashed) {
      const path = outline(plane, dashed, solid);
      marks.push({ key: `${line.id}/unfinished`, path, color, stroke: 2, dash: dashes.unfinished });
    }
  }
  return marks.filter((mark) => mark.path !== "");
}

const round = (value: number) => Math.round(value * 10) / 10;

/** Draws through the points; one without neighbours becomes a dot unless the other half of its line has it. */
function outline({ xOf, yAt }: Plane, values: Values, other?: Values | null): string {
  let path = "";
  for (const [index, value] of values.entries()) {
    if (value === null) continue;
    const point = `${round(xOf(index))} ${round(yAt(value))}`;
    if (isLonely(values, index)) {
      if ((other?.[index] ?? null) === null) path += `M${point}m-2 0a2 2 0 1 0 4 0a2 2 0 1 0 -4 0`;
      continue;
    }
    path += `${(values[index - 1] ?? null) === null ? "M" : "L"}${point}`;
  }
  return path;
}

/** Draws the surface between the points and what is below them. */
function surface({ xOf, yAt }: Plane, values: Values, floor: (at: number) => number): string {
  let path = "";
  for (let from = 0; from < values.length; from += 1) {
    if ((values[from] ?? null) === null) continue;
    let to = from;
    while (to + 1 < values.length && (values[to + 1] ?? null) !== null) to += 1;
    if (to > from) {
      const upper: string[] = [];
      const lower: string[] = [];
      for (let at = from; at <= to; at += 1) {
        upper.push(`${round(xOf(at))} ${round(yAt(values[at] ?? 0))}`);
        lower.unshift(`${round(xOf(at))} ${round(floor(at))}`);
      }
      path += `M${upper.join("L")}L${lower.join("L")}Z`;
    }
    from = to;
  }
  return path;
}

const widestBar = 44;

function bars(plane: Plane, levels: Level[] | undefined, before: BeforeLevel[]): Mark[] {
  const { chart, look, yAt, band, xOf } = plane;
  // A stack is one bar, with that of before beside it; otherwise every line has its own, and its own of before.
  const slots = (levels ? 1 : chart.lines.length) * (before.length > 0 ? 2 : 1);
  const width = Math.max(0.5, Math.min(widestBar, (band * 0.8) / Math.max(1, slots)));
  const gapped = width > 4 ? width - 1 : width;
  const rows = (slot: number, level: Level, keep: (at: number) => boolean) => {
    let path = "";
    for (const [at, top] of level.top.entries()) {
      const base = level.base[at] ?? 0;
      if (top === null || top === base || !keep(at)) continue;
      const x = xOf(at) + (slot - slots / 2) * width;
      path += `M${round(x)} ${round(yAt(base))}V${round(yAt(top))}h${round(gapped)}V${round(yAt(base))}Z`;
    }
    return path;
  };
  const isSure = (at: number) => chart.buckets[at]?.complete ?? true;
  const marks: Mark[] = [];
  for (const [index, line] of chart.lines.entries()) {
    const color = colorOf(look, line.color);
    const level = levels?.[index] ?? { base: line.values.map(() => 0), top: line.values };
    const isCompared = before.length > 0;
    const slot = (levels ? 0 : index * (isCompared ? 2 : 1)) + (isCompared ? 1 : 0);
    const past = before.find((one) => one.line.id === line.id);
    if (past) {
      const path = rows(levels ? 0 : index * 2, past, () => true);
      marks.push({ key: `${line.id}/previous`, path, color, fill: 0.35 });
    }
    marks.push({ key: line.id, path: rows(slot, level, isSure), color, fill: 1 });
    const unsure = rows(slot, level, (at) => !isSure(at));
    const key = `${line.id}/unfinished`;
    marks.push({ key, path: unsure, color, fill: 0.4, stroke: 1, dash: "3 3" });
  }
  return marks.filter((mark) => mark.path !== "");
}
