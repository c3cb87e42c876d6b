import { describe, expect, it, vi } from "vitest";
import { minutes, open } from "./page";

const names = (batch: { event: string }[] | undefined) => batch?.map((one) => one.event);

describe("the queue", () => {
  it("sends what comes within a second together, as text with the key inside", async () => {
    const page = await open();
    page.radix.track("a");
    await page.pass(999);
    expect(page.requests).toHaveLength(0);
    await page.pass(1);
    expect(page.requests).toHaveLength(1);
    const [{ url, init, body }] = page.requests as [(typeof page.requests)[0]];
    expect(url).toBe("https://stats.example/r/e");
    expect(init).toMatchObject({ method: "POST", keepalive: true, credentials: "omit" });
    expect(init.headers).toBeUndefined();
    expect(body).toMatchObject({ api_key: "rdx_test", historical: false, sent_at: Date.now() });
    expect(names(body.batch)).toEqual(["$pageview", "a"]);
  });

  it("tries again, later each time, with the same ids", async () => {
    const page = await open({}, { answers: ["no network", { status: 503 }, { status: 200 }] });
    vi.spyOn(Math, "random").mockReturnValue(0.5);
    await page.pass(1_000);
    expect(page.requests).toHaveLength(1);
    await page.pass(1_999);
    expect(page.requests).toHaveLength(1);
    await page.pass(1);
    expect(page.requests).toHaveLength(2);
    await page.pass(3_999);
    expect(page.requests).toHaveLength(2);
    await page.pass(1);
    expect(page.requests).toHaveLength(3);
    const ids = page.sent("$pageview").map((event) => event.event_id);
    expect(new Set(ids).size).toBe(1);
    await page.pass(10 * minutes);
    expect(page.requests).toHaveLength(3);
    expect(page.storage["radix.rdx_test"]).toBeUndefined();
  });

  it("does not hurry because something new happens while the server is away", async () => {
    const page = await open({}, { answers: ["no network"] });
    await page.pass(20_000);
    const before = page.requests.length;
    for (let number = 0; number < 4; number += 1) {
      page.radix.track("impatient");
      await page.pass(1_000);
    }
    expect(page.requests.length - before).toBeLessThanOrEqual(1);
  });

  it("waits as long as the server asks, also when the page goes", async () => {
    const page = await open({}, { answers: [{ status: 429, retryAfter: "90" }, { status: 200 }] });
    await page.pass(1_000);
    page.hide();
    await page.pass(89_999);
    expect(page.requests).toHaveLength(1);
    await page.pass(1);
    expect(page.requests).toHaveLength(2);
  });

  it("gives up what the server will never take", async () => {
    for (const status of [400, 401, 403, 404, 422]) {
      const page = await open({}, { answers: [{ status }] });
      await page.pass(60 * minutes);
      expect(page.requests).toHaveLength(1);
      expect(page.storage["radix.rdx_test"]).toBeUndefined();
    }
  });

  it("halves what is too large until it passes, and gives up one that never does", async () => {
    const page = await open(
      { off: "pages" },
      { answers: [{ status: 413 }, { status: 413 }, { status: 200 }] },
    );
    for (const name of ["a", "b", "c", "d"]) page.radix.track(name);
    await page.pass(5_000);
    expect(page.requests.map((request) => names(request.body.batch))).toEqual([
      ["a", "b", "c", "d"],
      ["a", "b"],
      ["a"],
      ["b"],
      ["c"],
      ["d"],
    ]);
    const other = await open({ off: "pages" }, { answers: [{ status: 413 }] });
    other.radix.track("huge");
    await other.pass(60 * minutes);
    expect(other.requests).toHaveLength(1);
  });

  it("keeps 500 events at most, the newest", async () => {
    const page = await open({ off: "pages" }, { answers: ["no network"] });
    for (let number = 0; number < 700; number += 1) page.radix.track(`event ${number}`);
    const kept = JSON.parse(page.storage["radix.rdx_test"] as string).map(
      (text: string) => JSON.parse(text).event,
    );
    expect(kept).toHaveLength(500);
    expect(kept.at(-1)).toBe("event 699");
    page.answers[0] = { status: 200 };
    await page.pass(1_000);
    expect(page.sent()[0]?.event).toBe("event 200");
    expect(page.requests[0]?.body.batch).toHaveLength(50);
  });

  it("hands over to the next page what it could not send, with the same ids", async () => {
    const one = await open({}, { answers: ["no network"] });
    one.radix.track("bought", { price: 5 });
    await one.pass(1_000);
    await one.leave();
    const two = await open({}, { storage: one.storage });
    await two.pass(1_000);
    const first = new Set(one.sent("bought").map((event) => event.event_id));
    expect(two.sent("bought").map((event) => event.event_id)).toEqual([...first]);
    expect(two.sent("$pageleave")).toHaveLength(1);
    expect(two.storage["radix.rdx_test"]).toBeUndefined();
    expect(two.requests[0]?.body.historical).toBe(false);
  });

  it("is each project's own where a site has two", async () => {
    const one = await open({}, { answers: ["no network"] });
    one.radix.track("of the first");
    await one.leave();
    const two = await open({ key: "rdx_two" }, { storage: one.storage });
    await two.pass(1_000);
    expect(two.sent("of the first")).toEqual([]);
    expect(two.sent("$pageview")[0]?.distinct_id).toBe(one.radix.id());
  });

  it("has the server look up what is so old that its id may be forgotten", async () => {
    const one = await open({}, { answers: ["no network"] });
    await one.pass(1_000);
    await one.leave();
    await one.pass(7 * 60 * minutes);
    const two = await open({}, { storage: one.storage });
    await two.pass(1_000);
    expect(two.requests[0]?.body.historical).toBe(true);
  });

  it("tries at once when the network is back", async () => {
    const page = await open({}, { answers: ["no network"] });
    await page.pass(40_000);
    page.answers[0] = { status: 200 };
    const before = page.requests.length;
    page.window.dispatchEvent(new page.window.Event("online"));
    await page.pass(0);
    expect(page.requests.length).toBe(before + 1);
    expect(page.storage["radix.rdx_test"]).toBeUndefined();
  });

  it("recovers from what somebody else wrote in its place", async () => {
    for (const rubbish of ['"text"', '["no event", 5, null]', "{", '{"a":1}']) {
      const page = await open(
        {},
        { storage: { "radix.rdx_test": rubbish, "radix.id": rubbish }, answers: [{ status: 400 }] },
      );
      await page.pass(10 * minutes);
      page.radix.track("after");
      await page.pass(2_000);
      expect(page.storage["radix.rdx_test"] ?? "").not.toContain("no event");
    }
  });
});
