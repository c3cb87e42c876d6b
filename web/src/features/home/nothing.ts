import type { TrendsAnswer } from "../../api/types";

/** Why no page view is shown. */
export type Why =
  | "noEvents"
  | "filtered"
  | "onlyBots"
  | "onlyInternal"
  | "onlyBotsAndInternal"
  | "notInRange"
  | "noViews";

/** Tells why a page without people's views is empty: `whose` counts the views of the range by whose they are. */
export function whyNothing(whose: TrendsAnswer, events: { name: string }[], isFiltered: boolean): Why {
  if (events.length === 0) return "noEvents";
  const views = (tag: string | undefined) =>
    whose.lines.find(({ breakdown }) =>
      tag === undefined ? breakdown?.kind === "none" : breakdown?.kind === "value" && breakdown.value === tag,
    )?.total ?? 0;
  if (isFiltered && views(undefined) > 0) return "filtered";
  const [bots, internal] = [views("bot") > 0, views("internal") > 0];
  if (bots && internal) return "onlyBotsAndInternal";
  if (bots) return "onlyBots";
  if (internal) return "onlyInternal";
  return events.some(({ name }) => name === "$pageview") ? "notInRange" : "noViews";
}
