// Other people's browser SDKs on a page of another origin, told nothing but a host and a key.
import assert from "node:assert/strict";
import { test } from "node:test";
import { open } from "./support/browser.mjs";
import { Instance } from "./support/instance.mjs";
import { sdkPages } from "./support/sdk_pages.mjs";
import { until } from "./support/until.mjs";

test("SDKs in a browser", async (context) => {
  const instance = await Instance.started(context);
  const api = await instance.claim();
  const key = await api.key();
  const address = await sdkPages(context);

  /** Opens the page of an SDK and waits until it is there. */
  async function visit(check, sdk) {
    const page = await open(check);
    await page.goto(address(sdk, instance.url, key, { utm_source: sdk }));
    await page.waitForFunction(() => window.sdk !== undefined);
    return page;
  }

  /** Waits for the events that a page's SDK sent, and returns them by name; each must be there once. */
  async function stored(page, library, names) {
    const find = async () => {
      const { items } = await api.get(`/api/v1/projects/${api.project}/events?limit=100`);
      const events = items.filter((event) => event.library === library && event.path === `/${page}`);
      const found = events.map((event) => event.event_name).sort();
      return names.every((name) => found.includes(name)) && { events, found };
    };
    const { events, found } = await until(`${names} of ${page}`, find);
    assert.deepEqual(found, [...names].sort());
    return Object.fromEntries(events.map((event) => [event.event_name, event]));
  }

  await context.test("posthog-js", async (check) => {
    const page = await visit(check, "posthog");
    await until("the configuration", () =>
      page.evaluate(() => Object.keys(window._POSTHOG_REMOTE_CONFIG ?? {}).length > 0),
    );
    await page.click("#buy");
    await page.evaluate(() => {
      window.sdk.capture("buy", { price: 3 });
      window.sdk.identify("u1", { plan: "pro" });
      window.sdk.group("company", "acme", { size: 5 });
      window.sdk.capture("pay", { price: 3 });
    });
    await stored("posthog", "web", ["$pageview", "$autocapture", "buy", "$identify", "$groupidentify", "pay"]);
    await page.goto("about:blank");
    const names = ["$pageview", "$autocapture", "buy", "$identify", "$groupidentify", "pay", "$pageleave"];
    const events = await stored("posthog", "web", names);

    areOneSession(events);
    assert.equal(events.$pageview.utm_source, "posthog");
    assert.equal(events.$pageview.path, "/posthog");
    assert.equal(events.buy.properties.price, 3);
    assert.equal(events.buy.user_id, events.$pageview.user_id);
    assert.equal(events.$identify.properties.$anon_distinct_id, events.buy.user_id);
    assert.equal(events.$identify.properties.$set.plan, "pro");
    assert.equal(events.pay.user_id, "u1");
    assert.deepEqual(events.pay.properties.$groups, { company: "acme" });
  });

  await context.test("@segment/analytics-next", async (check) => {
    const page = await visit(check, "segment");
    await page.evaluate(async () => {
      await window.sdk.track("buy", { price: 3 });
      await window.sdk.identify("u1", { plan: "pro" });
      await window.sdk.group("acme", { size: 5 });
      await window.sdk.track("pay", { price: 3 });
    });
    const names = ["$pageview", "buy", "$identify", "$groupidentify", "pay"];
    const events = await stored("segment", "analytics.js", names);
    checkSegment(events, "segment");
    // It names no session: one is found by time, and goes on when the visitor says who they are.
    areOneSession(events);
  });

  await context.test("@rudderstack/analytics-js", async (check) => {
    const page = await visit(check, "rudder");
    await page.evaluate(() => {
      window.sdk.track("buy", { price: 3 });
      window.sdk.identify("u1", { plan: "pro" });
      window.sdk.group("acme", { size: 5 });
      window.sdk.track("pay", { price: 3 });
    });
    const names = ["$pageview", "buy", "$identify", "$groupidentify", "pay"];
    const events = await stored("rudder", "RudderLabs JavaScript SDK", names);
    checkSegment(events, "rudder");
    areOneSession(events);
    assert.match(events.buy.session_id, /^\d+$/);
  });

  await context.test("PostHog's snippet finds its script, and what that loads, on this server", async (check) => {
    const page = await visit(check, "posthog_snippet");
    await page.waitForFunction(() => window.__PosthogExtensions__?.postHogWebVitalsCallbacks !== undefined);
    await page.evaluate(() => window.sdk.capture("buy", { price: 3 }));
    const { buy } = await stored("posthog_snippet", "web", ["$pageview", "buy"]);
    assert.equal(buy.properties.price, 3);
  });

  await context.test("Segment's snippet finds its script on this server", async (check) => {
    const page = await visit(check, "segment_snippet");
    await page.evaluate(() => window.sdk.track("buy", { price: 3 }));
    const events = await stored("segment_snippet", "analytics.js", ["$pageview", "buy"]);
    assert.equal(events.buy.properties.price, 3);
    areOneSession(events);
  });

  await context.test("a page with a wrong key runs no script that is none", async (check) => {
    const page = await open(check);
    const refused = [];
    page.on("response", (response) => response.status() === 401 && refused.push(response.url()));
    await page.goto(address("posthog", instance.url, "rdx_wrong", {}));
    await until("the refusal of the configuration", () => refused.some((url) => url.includes("/array/rdx_wrong/config.js")));
    await until("the refusal of an event", () => refused.some((url) => url.includes("/e/")));
  });
});

/** Fails where the events are not all of one session, and shows when each came. */
function areOneSession(events) {
  const came = Object.entries(events).map(([name, { session_id, timestamp, received_at, user_id }]) => {
    return { session_id, name, user_id, timestamp, received_at };
  });
  assert.equal(new Set(came.map((event) => event.session_id)).size, 1, JSON.stringify(came, null, 2));
}

function checkSegment(events, page) {
  assert.equal(events.$pageview.path, `/${page}`);
  assert.equal(events.$pageview.utm_source, page);
  assert.equal(events.$pageview.browser, "HeadlessChrome");
  assert.equal(events.buy.properties.price, 3);
  assert.equal(events.buy.user_id, events.$pageview.user_id);
  assert.equal(events.$identify.user_id, "u1");
  assert.equal(events.$identify.properties.$anon_distinct_id, events.buy.user_id);
  assert.equal(events.$identify.properties.$set.plan, "pro");
  assert.equal(events.$groupidentify.properties.$group_key, "acme");
  assert.equal(events.pay.user_id, "u1");
}
