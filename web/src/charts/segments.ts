import type { ChartBucket } from "./chart";

type Values = (number | null)[];

/**
 * Cuts a line into what is certain and what is not.
 *
 * A stretch that begins or ends in an incomplete bucket is drawn dashed, so the dashed part repeats the complete
 * neighbour it starts from.
 */
export function segments(values: Values, buckets: ChartBucket[]): { solid: Values; dashed: Values | null } {
  const isComplete = (index: number) => buckets[index]?.complete ?? true;
  if (buckets.every((bucket) => bucket.complete)) return { solid: values, dashed: null };
  const solid = values.map((value, index) => (isComplete(index) ? value : null));
  const dashed = values.map((value, index) => {
    const besideIncomplete =
      (index > 0 && !isComplete(index - 1)) || (index + 1 < values.length && !isComplete(index + 1));
    return !isComplete(index) || besideIncomplete ? value : null;
  });
  return { solid, dashed };
}

/** Tells whether a point has no neighbour to draw a line to, and so needs a dot. */
export function isLonely(values: Values, index: number): boolean {
  const before = values[index - 1] ?? null;
  const after = values[index + 1] ?? null;
  return values[index] !== null && before === null && after === null;
}
