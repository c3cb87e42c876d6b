import { expect, test } from "vitest";
import type { Condition } from "../../api/types";
import { panelTrends } from "./questions";

const german: Condition = { property: "$country", operator: "is", values: ["DE"] };
const fromOutside: Condition = { property: "$channel", operator: "is_not", values: ["internal"] };

test("sources leave out moves within the site", () => {
  expect(panelTrends("$channel", { kind: "all" }, []).filter).toEqual(fromOutside);
  expect(panelTrends("$referring_domain", { kind: "all" }, [[german]]).filter).toEqual({
    and: [german, fromOutside],
  });
});

test("other lists count every page view", () => {
  expect(panelTrends("$pathname", { kind: "all" }, [])).not.toHaveProperty("filter");
});
