import type { Range, Series, Trends } from "../../api/types";
import { filterOf, type Where } from "../insights/question/where";
import { intervalFor } from "../insights/range/range";

const view = "$pageview";

/** How many rows a list on this page has. */
export const panelRows = 8;
/** How many the dialog of one list has; a search finds the others. */
export const dialogRows = 250;

/** How often what is on this page is asked again while somebody looks, in milliseconds. */
export const refreshMs = 60_000;
/** The same while there is nothing to show: the first events are waited for, or a server that is away. */
export const waitingMs = 5_000;

/** What a filter says is said of whole visits, everywhere on this page. */
function visitsOf(where: Where): Pick<Trends, "session_filter"> {
  const filter = filterOf(where);
  return filter ? { session_filter: filter } : {};
}

function inTime(range: Range, isCompared: boolean): Pick<Trends, "range" | "interval" | "compare"> {
  // There is nothing before all time.
  const compare = isCompared && range.kind !== "all" ? { compare: "previous_period" as const } : {};
  return { range, interval: intervalFor(range), ...compare };
}

/** What the tiles and the chart above show: people, views and sessions with a view. */
export function overviewTrends(range: Range, where: Where, isCompared: boolean): Trends {
  const series: Series[] = [
    { event: view, measure: { kind: "unique_users" } },
    { event: view, measure: { kind: "count" } },
    { event: view, measure: { kind: "unique_sessions" } },
  ];
  return { series, ...inTime(range, isCompared), ...visitsOf(where) };
}

/** How visits went: they are read as a whole, which takes longer than counting. */
export function visitsTrends(range: Range, where: Where, isCompared: boolean): Trends {
  const series: Series[] = [
    { event: view, measure: { kind: "bounce_rate" } },
    { event: view, measure: { kind: "session_duration" } },
  ];
  return { series, ...inTime(range, isCompared), ...visitsOf(where) };
}

/** The most frequent values of a property, by people. */
export function panelTrends(
  property: string,
  range: Range,
  where: Where,
  limit: number = panelRows,
  search?: string,
): Trends {
  return {
    series: [{ ...(property === "$event" ? {} : { event: view }), measure: { kind: "unique_users" } }],
    range,
    breakdown: { property, limit },
    ...(search ? { filter: { property, operator: "contains", values: [search] } } : {}),
    ...visitsOf(where),
  };
}

/** Whose page views there are, whatever the page is filtered by: says why nothing is shown. */
export function whoseTrends(range: Range): Trends {
  return {
    series: [{ event: view, measure: { kind: "count" } }],
    range,
    traffic: "all",
    breakdown: { property: "$traffic", limit: 10 },
  };
}
