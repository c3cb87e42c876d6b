import { expect, test } from "vitest";
import { trendsOf } from "./question";
import { readQuestion, validateExplore, writeQuestion } from "./search";

/** What the router does with the address bar between writing and reading. */
function throughAddress(search: unknown): Record<string, unknown> {
  return JSON.parse(JSON.stringify(search));
}

test("an empty address asks a sensible question", () => {
  expect(trendsOf(readQuestion({}, "$pageview"))).toEqual({
    series: [{ event: "$pageview", measure: { kind: "unique_users" } }],
    range: { kind: "last", count: 30, unit: "day" },
    interval: "day",
  });
});

test("a whole question comes back as it was", () => {
  const search = {
    series: [
      { event: "sign up", name: "New", where: [[["plan", "is", "pro"]]] },
      { event: "paid", measure: "sum" as const, of: "revenue" },
    ],
    formulas: [{ expression: "B / A" }],
    by: "$country",
    top: 5,
    range: "2026-01-01..2026-03-31",
    interval: "week" as const,
    compare: true,
    traffic: "all" as const,
    chart: "bar" as const,
  };
  const question = readQuestion(validateExplore(throughAddress(search)));
  const written = validateExplore(throughAddress(writeQuestion(question)));
  expect(readQuestion(written)).toEqual(question);
  expect(trendsOf(question)).toMatchInlineSnapshot(`
    {
      "breakdown": {
        "limit": 5,
        "property": "$country",
      },
      "compare": "previous_period",
      "formulas": [
        {
          "expression": "B / A",
        },
      ],
      "interval": "week",
      "range": {
        "from": "2026-01-01",
        "kind": "dates",
        "to": "2026-03-31",
      },
      "series": [
        {
          "event": "sign up",
          "filter": {
            "operator": "is",
            "property": "plan",
            "values": [
              "pro",
            ],
          },
          "measure": {
            "kind": "unique_users",
          },
          "name": "New",
        },
        {
          "event": "paid",
          "measure": {
            "kind": "sum",
            "property": "revenue",
          },
        },
      ],
      "traffic": "all",
    }
  `);
});

test("what does not fit is left out, not trusted", () => {
  const search = validateExplore({
    series: "x",
    formulas: [5],
    top: 5000,
    range: "2026-02-01..2026-01-01",
    interval: "second",
    chart: "<b>",
    compare: "yes",
    traffic: "robots",
  });
  expect(search).toEqual({ formulas: [], top: 100 });
});

test("the year before is a comparison of its own, and stands in the address", () => {
  const question = readQuestion(validateExplore({ compare: "year" }));
  expect(trendsOf(question).compare).toBe("previous_year");
  expect(writeQuestion(question).compare).toBe("year");
  expect(trendsOf(readQuestion(validateExplore({ compare: true }))).compare).toBe("previous_period");
  expect(trendsOf(readQuestion(validateExplore({ compare: "month" })))).not.toHaveProperty("compare");
});

test("an interval that does not suit the range gives way", () => {
  const question = readQuestion({ range: "7d", interval: "month" });
  expect(trendsOf(question).interval).toBe("day");
});
