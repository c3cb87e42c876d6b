import type { Range, Trends } from "../../../api/types";
import { intervalFor } from "../../insights/range/range";
import type { Span } from "../search";

const ranges: Record<Span, Range> = {
  "6h": { kind: "last", count: 6, unit: "hour" },
  "24h": { kind: "last", count: 24, unit: "hour" },
  "7d": { kind: "last", count: 7, unit: "day" },
  "30d": { kind: "last", count: 30, unit: "day" },
  "90d": { kind: "last", count: 90, unit: "day" },
};

/** What was filtered can be told by these. */
export const sides = ["$raw_user_agent", "$host"] as const;
export type Side = (typeof sides)[number];

/** How many rows the list has. */
export const most = 8;

/** Events that are not people's, over time by kind, or in total by a property. */
export function filteredTrends(span: Span, property: "$traffic" | Side): Trends {
  const range = ranges[span];
  return {
    series: [{ measure: { kind: "count" } }],
    range,
    interval:
      property === "$traffic"
        ? intervalFor(range)
        : range.kind === "last" && range.unit === "hour"
          ? "hour"
          : "month",
    traffic: "all",
    filter: { property: "$traffic", operator: "is_set" },
    breakdown: { property, limit: most },
  };
}
