import { expect, test } from "vitest";
import type { Condition, TrendsAnswer } from "../../api/types";
import { whyNothing } from "./nothing";
import { overviewTrends, panelTrends, visitsTrends } from "./questions";

const pricing: Condition = { property: "$pathname", operator: "is", values: ["/pricing"] };
const all = { kind: "all" } as const;

test("a filter is said of visits, in every question of the page", () => {
  const questions = [
    overviewTrends(all, [[pricing]], true),
    visitsTrends(all, [[pricing]], true),
    panelTrends("$entry_channel", all, [[pricing]]),
    panelTrends("$country", all, [[pricing]]),
    panelTrends("$entry_pathname", all, [[pricing]]),
  ];
  for (const question of questions) {
    expect(question.session_filter).toEqual(pricing);
    expect(question).not.toHaveProperty("filter");
  }
});

test("lists ask for totals only", () => {
  expect(panelTrends("$pathname", all, [])).not.toHaveProperty("interval");
});

test("a search in a list looks for values, not for visits", () => {
  const question = panelTrends("$pathname", all, [], 250, "price");
  expect(question.filter).toEqual({ property: "$pathname", operator: "contains", values: ["price"] });
  expect(question).not.toHaveProperty("session_filter");
});

const answer = (people: number, bots: number, internal: number): TrendsAnswer => ({
  zone: "UTC",
  buckets: [],
  elapsed_ms: 1,
  lines: [
    { kind: "none" as const, total: people },
    { kind: "value" as const, value: "bot", total: bots },
    { kind: "value" as const, value: "internal", total: internal },
  ].map(({ total, ...breakdown }) => ({
    key: "A",
    label: "",
    period: "current",
    values: [],
    total,
    breakdown,
  })),
});

test("why there is nothing is told apart", () => {
  const events = [{ name: "$pageview" }, { name: "sign up" }];
  expect(whyNothing(answer(0, 0, 0), [], false)).toBe("noEvents");
  expect(whyNothing(answer(3, 0, 0), events, true)).toBe("filtered");
  expect(whyNothing(answer(0, 7, 0), events, false)).toBe("onlyBots");
  expect(whyNothing(answer(0, 7, 0), events, true)).toBe("onlyBots");
  expect(whyNothing(answer(0, 0, 2), events, false)).toBe("onlyInternal");
  expect(whyNothing(answer(0, 1, 2), events, false)).toBe("onlyBotsAndInternal");
  expect(whyNothing(answer(0, 0, 0), events, false)).toBe("notInRange");
  expect(whyNothing(answer(0, 0, 0), [{ name: "sign up" }], false)).toBe("noViews");
});
