// The parts of a whole as a ring, with names around it that never lie on each other.
import type { ChartLine } from "./chart";
import { widthOf } from "./scale";

export type Slice = { line: ChartLine; path: string; share: number };
export type SliceLabel = {
  id: string;
  text: string;
  x: number;
  y: number;
  anchor: "start" | "end";
  /** From the ring to the text. */
  leader: string;
};
export type Ring = { slices: Slice[]; labels: SliceLabel[]; total: number; middle: { x: number; y: number } };

const lineHeight = 17;

type Wanted = SliceLabel & { share: string; from: [number, number] };

/** Lays out a ring in a room; parts that are too small to be named are in the legend. */
export function ringOf(
  lines: ChartLine[],
  size: { width: number; height: number },
  shareText: (share: number) => string,
): Ring {
  const total = lines.reduce((sum, line) => sum + Math.max(0, line.total ?? 0), 0);
  const middle = { x: size.width / 2, y: size.height / 2 };
  const outer = Math.max(20, Math.min(size.height / 2 - 14, size.width / 4));
  const inner = outer * 0.62;
  const slices: Slice[] = [];
  const wanted: Wanted[] = [];
  let angle = -Math.PI / 2;
  for (const line of lines) {
    const share = total === 0 ? 0 : Math.max(0, line.total ?? 0) / total;
    if (share === 0) continue;
    const end = angle + share * 2 * Math.PI;
    slices.push({ line, share, path: slice(middle, outer, inner, angle, end) });
    const half = (angle + end) / 2;
    const isRight = Math.cos(half) >= 0;
    const from = at(middle, outer + 3, half);
    wanted.push({
      id: line.id,
      text: line.label,
      share: shareText(share),
      x: middle.x + (isRight ? outer + 24 : -outer - 24),
      y: at(middle, outer + 12, half)[1],
      anchor: isRight ? "start" : "end",
      leader: "",
      from,
    });
    angle = end;
  }
  const shareOf = new Map(slices.map((one) => [one.line.id, one.share]));
  const labels = (["start", "end"] as const).flatMap((anchor) => {
    const most = Math.floor((size.height - 4) / lineHeight);
    const side = wanted
      .filter((label) => label.anchor === anchor)
      .sort((a, b) => (shareOf.get(b.id) ?? 0) - (shareOf.get(a.id) ?? 0))
      .slice(0, most);
    return spread(side, size);
  });
  return { slices, labels, total, middle };
}

/** Moves names of one side apart, from the top down and then from the bottom up, and cuts those that are too long. */
function spread(side: Wanted[], size: { width: number; height: number }): SliceLabel[] {
  const sorted = [...side].sort((a, b) => a.y - b.y);
  let least = lineHeight / 2;
  for (const label of sorted) {
    label.y = Math.max(label.y, least);
    least = label.y + lineHeight;
  }
  let most = size.height - lineHeight / 2;
  for (const label of sorted.reverse()) {
    label.y = Math.min(label.y, most);
    most = label.y - lineHeight;
  }
  return sorted.map(({ from, share, ...label }) => {
    const room = label.anchor === "start" ? size.width - label.x : label.x;
    const elbow = label.x + (label.anchor === "start" ? -6 : 6);
    return {
      ...label,
      text: named(label.text, share, room),
      leader: `M${from[0].toFixed(1)} ${from[1].toFixed(1)}L${elbow.toFixed(1)} ${label.y.toFixed(1)}`,
    };
  });
}

/** A name with its share; where there is little room the name is cut, and where there is none the share stands alone. */
function named(name: string, share: string, room: number): string {
  const fits = Math.floor(room / widthOf("x")) - share.length - 1;
  if (fits < 4) return share;
  return `${name.length <= fits ? name : `${name.slice(0, fits - 1)}…`} ${share}`;
}

function at(middle: { x: number; y: number }, radius: number, angle: number): [number, number] {
  return [middle.x + radius * Math.cos(angle), middle.y + radius * Math.sin(angle)];
}

function slice(
  middle: { x: number; y: number },
  outer: number,
  inner: number,
  from: number,
  to: number,
): string {
  // An arc that ends where it begins is none: the whole ring stops just short of it.
  const end = Math.min(to, from + 2 * Math.PI - 0.0001);
  const large = end - from > Math.PI ? 1 : 0;
  const point = (radius: number, angle: number) =>
    at(middle, radius, angle)
      .map((part) => part.toFixed(2))
      .join(" ");
  return (
    `M${point(outer, from)}A${outer} ${outer} 0 ${large} 1 ${point(outer, end)}` +
    `L${point(inner, end)}A${inner} ${inner} 0 ${large} 0 ${point(inner, from)}Z`
  );
}
