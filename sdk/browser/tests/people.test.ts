import { describe, expect, it } from "vitest";
import { open } from "./page";

describe("who the visitor is", () => {
  it("joins what was done before signing in with what comes after", async () => {
    const page = await open();
    const anonymous = page.radix.id();
    page.radix.identify(17, { plan: "pro" });
    page.radix.track("after");
    page.radix.identify("17");
    page.radix.identify("17", { plan: "free" });
    await page.pass(1_000);
    const [first, second, ...more] = page.sent("$identify");
    expect(first).toMatchObject({
      distinct_id: "17",
      properties: { $anon_distinct_id: anonymous, $set: { plan: "pro" } },
    });
    expect(second).toMatchObject({ distinct_id: "17", properties: { $set: { plan: "free" } } });
    expect(second?.properties).not.toHaveProperty("$anon_distinct_id");
    expect(more).toEqual([]);
    expect(page.sent("after")[0]?.distinct_id).toBe("17");
    expect(page.sent("after")[0]?.session_id).toBe(page.sent("$pageview")[0]?.session_id);
  });

  it("never makes one of two people who are known", async () => {
    const page = await open();
    page.radix.identify("ada");
    page.radix.identify("bob");
    await page.pass(1_000);
    expect(page.sent("$identify")[1]).toMatchObject({ distinct_id: "bob" });
    expect(page.sent("$identify")[1]?.properties).not.toHaveProperty("$anon_distinct_id");
  });

  it("takes no empty name", async () => {
    const page = await open();
    for (const id of ["", "  ", undefined, null]) page.radix.identify(id as string);
    await page.pass(1_000);
    expect(page.sent("$identify")).toEqual([]);
  });

  it("is forgotten by reset", async () => {
    const page = await open();
    page.radix.identify("ada");
    page.radix.group("company", "acme");
    page.radix.reset();
    page.radix.track("after");
    await page.pass(1_000);
    const [after] = page.sent("after");
    const [view] = page.sent("$pageview");
    expect(after?.distinct_id).not.toBe("ada");
    expect(after?.distinct_id).not.toBe(view?.distinct_id);
    expect(after?.session_id).not.toBe(view?.session_id);
    expect(after?.properties).not.toHaveProperty("$groups");
  });

  it("has groups and other ids", async () => {
    const page = await open();
    page.radix.group("company", 5, { size: 3 });
    page.radix.group("team", "red");
    page.radix.alias("old id");
    await page.pass(1_000);
    expect(page.sent("$groupidentify")[0]?.properties).toMatchObject({
      $group_type: "company",
      $group_key: "5",
      $group_set: { size: 3 },
      $groups: { company: "5" },
    });
    expect(page.sent("$create_alias")[0]?.properties).toMatchObject({
      alias: "old id",
      $groups: { company: "5", team: "red" },
    });
  });
});

describe("a visitor who wants to be left alone", () => {
  it.each([{ doNotTrack: "1" }, { globalPrivacyControl: true }])("is, by %o", async (navigator) => {
    const page = await open({}, { navigator });
    page.radix.track("a");
    page.radix.identify("ada");
    page.hide();
    await page.leave();
    await page.pass(5_000);
    expect(page.requests).toEqual([]);
    expect(page.storage).toEqual({});
    const other = await open({ ignoreDnt: true }, { navigator });
    await other.pass(1_000);
    expect(other.sent("$pageview")).toHaveLength(1);
  });

  it("is forgotten by optOut, and recorded again after optIn", async () => {
    const page = await open();
    page.radix.identify("ada");
    page.radix.optOut();
    page.radix.track("a");
    await page.leave();
    await page.pass(5_000);
    expect(page.requests).toEqual([]);
    expect(page.storage).toEqual({ "radix.out": "1" });

    const next = await open({}, { storage: page.storage });
    next.radix.track("b");
    await next.pass(1_000);
    expect(next.requests).toEqual([]);
    next.radix.optIn();
    next.radix.optIn();
    await next.pass(1_000);
    expect(next.sent().map(({ event }) => event)).toEqual(["$pageview"]);
    expect(next.sent()[0]?.distinct_id).not.toBe("ada");
  });

  it("is recorded after optIn whatever the browser says, and not before where consent is asked for", async () => {
    const page = await open({ optIn: true }, { navigator: { doNotTrack: "1" } });
    page.radix.track("too early");
    await page.pass(1_000);
    expect(page.requests).toEqual([]);
    expect(page.storage).toEqual({});
    page.radix.optIn();
    page.radix.track("a");
    await page.pass(1_000);
    expect(page.sent().map(({ event }) => event)).toEqual(["$pageview", "a"]);
  });

  it("leaves nothing on the device in cookieless mode", async () => {
    const page = await open({ cookieless: true });
    page.radix.track("a");
    page.radix.group("company", "acme");
    await page.pass(1_000);
    page.hide();
    await page.leave();
    expect(page.storage).toEqual({});
    expect(new Set(page.sent().map(({ distinct_id }) => distinct_id)).size).toBe(1);
    expect(page.sent().map(({ event }) => event)).toContain("$pageleave");
    const other = await open({ cookieless: true }, { storage: page.storage });
    await other.pass(1_000);
    expect(other.sent()[0]?.distinct_id).not.toBe(page.sent()[0]?.distinct_id);
  });
});
