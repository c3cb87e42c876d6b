import { describe, expect, it } from "vitest";
import { minutes, open } from "./page";

const hours = 60 * minutes;

describe("a session", () => {
  it("ends after 30 minutes of silence, and not at midnight", async () => {
    const page = await open();
    await page.pass(29 * minutes);
    page.radix.track("still here");
    await page.pass(29 * minutes);
    page.radix.track("and still");
    await page.pass(31 * minutes);
    page.radix.track("back again");
    await page.pass(1_000);

    const [view, still, and, back] = page.sent();
    expect(still?.session_id).toBe(view?.session_id);
    expect(and?.session_id).toBe(view?.session_id);
    expect(back?.session_id).not.toBe(view?.session_id);
    expect(back?.session_id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(back?.distinct_id).toBe(view?.distinct_id);
  });

  it("is never longer than 24 hours", async () => {
    const page = await open();
    for (let quarter = 1; quarter <= 100; quarter += 1) {
      await page.pass(15 * minutes);
      page.radix.track("tick");
    }
    await page.pass(1_000);
    const sessions = new Set(page.sent().map((event) => event.session_id));
    expect(sessions.size).toBe(2);
    const first = page.sent().filter((event) => event.session_id === page.sent()[0]?.session_id);
    const length = (first.at(-1)?.timestamp ?? 0) - (first[0]?.timestamp ?? 0);
    expect(length).toBeLessThan(24 * hours);
  });

  it("is one for all pages and tabs of a site", async () => {
    const one = await open();
    await one.leave();
    const two = await open({}, { storage: one.storage, url: "https://shop.example/next" });
    await two.pass(1_000);
    expect(two.sent("$pageview")[0]?.session_id).toBe(one.sent("$pageview")[0]?.session_id);
    expect(two.sent("$pageview")[0]?.distinct_id).toBe(one.sent("$pageview")[0]?.distinct_id);
  });

  it("is neither begun nor stretched by leaving a page that was forgotten", async () => {
    const page = await open();
    await page.pass(5 * hours);
    await page.leave();
    const [view] = page.sent("$pageview");
    const [end] = page.sent("$pageleave");
    expect(end?.session_id).toBe(view?.session_id);
    expect((end?.timestamp ?? 0) - (view?.timestamp ?? 0)).toBe(30 * minutes);
    expect(end?.properties.$prev_pageview_duration).toBe(5 * 3_600);
  });

  it("does not last for years when a clock is set back by years", async () => {
    const stored = JSON.stringify({
      i: "a",
      s: "b",
      b: Date.parse("2036-01-01"),
      t: Date.parse("2036-01-01"),
    });
    const page = await open({}, { storage: { "radix.id": stored } });
    await page.pass(1_000);
    expect(page.sent()[0]?.distinct_id).toBe("a");
    expect(page.sent()[0]?.session_id).not.toBe("b");
  });
});
