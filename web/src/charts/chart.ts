/** How a chart is drawn. Numbers and tables are drawn by the page itself. */
export type ChartKind = "line" | "area" | "bar" | "stacked" | "pie" | "ranked";

export type ChartInterval = "hour" | "day" | "week" | "month";

/** A stretch of time; `start` carries the zone's offset, so its digits are the local time. */
export type ChartBucket = { start: string; end: string; complete: boolean };

/** What the numbers are. */
export type ChartUnit = "number" | "percent" | "seconds";

export type ChartLine = {
  id: string;
  label: string;
  /** Which colour of the data palette. */
  color: number;
  values: (number | null)[];
  total: number | null;
  /** The same line in the period before, bucket by bucket. */
  previous?: { values: (number | null)[]; total: number | null };
};

/** A chart, whoever draws it. */
export type Chart = {
  kind: ChartKind;
  interval: ChartInterval;
  unit: ChartUnit;
  buckets: ChartBucket[];
  previousBuckets: ChartBucket[];
  lines: ChartLine[];
  /** The zone that the buckets follow, where it is to be said. */
  zone?: string;
  /** Fills the room under a single line with a flat tint. */
  fill?: boolean;
};
