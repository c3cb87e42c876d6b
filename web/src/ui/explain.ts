import type { Problem } from "../api/problem";
import { t } from "../texts/texts";
import type { IconName } from "./iconPaths";

type Explanation = { icon: IconName; title: string; hint: string };

/** Says in words what a problem means to the person who sees it. */
export function explain(problem: Problem): Explanation {
  const texts = t.problems;
  if (problem.code === "page_error")
    return { icon: "alertTriangle", title: texts.page, hint: texts.pageHint };
  switch (problem.status) {
    case 0:
      return { icon: "cloudOff", title: texts.away, hint: texts.awayHint };
    case 400:
    case 422:
      return { icon: "alertTriangle", title: texts.refused, hint: problem.message };
    case 403:
      return { icon: "lock", title: texts.forbidden, hint: texts.forbiddenHint };
    case 404:
      return { icon: "search", title: texts.missing, hint: texts.missingHint };
    case 408:
    case 504:
      return { icon: "clock", title: texts.timeout, hint: texts.timeoutHint };
    case 429:
      return { icon: "clock", title: texts.tooMany, hint: texts.tooManyHint };
    case 503:
      return { icon: "plugConnectedX", title: texts.storeAway, hint: texts.storeAwayHint };
    default:
      return { icon: "alertTriangle", title: texts.server, hint: texts.serverHint };
  }
}
