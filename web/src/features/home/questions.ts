import type { Condition, Range, Series, Trends } from "../../api/types";
import { filterOf, type Where } from "../insights/question/where";
import { intervalFor } from "../insights/range/range";

const view = "$pageview";

/** How many rows a list on this page has. */
export const panelRows = 8;

/** How often what is on this page is asked again while somebody looks, in milliseconds. */
export const refreshMs = 60_000;
/** The same while there is nothing to show, and the first events are waited for. */
export const waitingMs = 5_000;

/** What the tiles and the chart above show: people, views and sessions with a view. */
export function overviewTrends(range: Range, where: Where, isCompared: boolean): Trends {
  const filter = filterOf(where);
  const series: Series[] = [
    { event: view, measure: { kind: "unique_users" } },
    { event: view, measure: { kind: "count" } },
    { event: view, measure: { kind: "unique_sessions" } },
  ];
  return {
    series,
    range,
    interval: intervalFor(range),
    ...(filter ? { filter } : {}),
    // There is nothing before all time.
    ...(isCompared && range.kind !== "all" ? { compare: "previous_period" as const } : {}),
  };
}

/** The properties that say where a visit comes from. */
const sources = ["$channel", "$referring_domain", "utm_campaign"];
/** A move from page to page within the site comes from nowhere. */
const fromOutside: Condition = { property: "$channel", operator: "is_not", values: ["internal"] };

/** The most frequent values of a property, by people; long buckets, because only totals are shown. */
export function panelTrends(property: string, range: Range, where: Where): Trends {
  const filter = filterOf(sources.includes(property) ? [...where, [fromOutside]] : where);
  return {
    series: [{ ...(property === "$event" ? {} : { event: view }), measure: { kind: "unique_users" } }],
    range,
    interval: "month",
    breakdown: { property, limit: panelRows },
    ...(filter ? { filter } : {}),
  };
}
