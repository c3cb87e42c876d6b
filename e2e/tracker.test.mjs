// Our own tracker on a site of another origin, in a real browser, against the real server.
import assert from "node:assert/strict";
import { test } from "node:test";
import { open } from "./support/browser.mjs";
import { Instance } from "./support/instance.mjs";
import { Site } from "./support/site.mjs";
import { pause, until } from "./support/until.mjs";

const uuid7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test("the tracker", async (context) => {
  const instance = await Instance.started(context);
  const api = await instance.claim();
  const key = await api.key();
  const site = await Site.started(context, { upstream: instance.url });

  /** Opens a visitor's window. */
  const visit = (step) => open(step);
  const tag = (attributes = "") => `<script defer src="${instance.url}/radix.js" data-key="${key}" ${attributes}></script>`;

  /** Waits until the events of a site's folder are these, oldest first, and returns them. */
  async function stored(folder, names) {
    const wanted = [...names].sort();
    let found = [];
    const all = await until(`${folder}: ${wanted}`, async () => {
      const { items } = await api.get(`/api/v1/projects/${api.project}/events?limit=200`);
      found = items.filter((event) => event.path.startsWith(folder));
      const seen = found.map((event) => event.event_name).sort();
      if (seen.join() === wanted.join()) return found;
      throw new Error(`there are ${seen}`);
    });
    // Nothing comes twice, nor later.
    assert.equal(new Set(all.map((event) => event.event_id)).size, all.length);
    return all.sort((a, b) => a.timestamp.localeCompare(b.timestamp));
  }
  const named = (events, name) => events.filter((event) => event.event_name === name);

  await context.test("a script tag records a visit: pages, clicks, forms, who it was, and its end", async (step) => {
    site.put("/visit/", `<title>Shop</title><h1>Shop</h1><form id="order" action="/visit/thanks?token=secret" method="get">
      <input name="id" value="7"><input name="card" value="4111 1111"><button>Order</button></form>
      <a id="file" href="/visit/list.pdf" download>List</a>
      <a id="out" href="${site.other}/partner" target="_blank">Partner</a>${tag()}`);
    site.put("/visit/thanks", `<h1>Thanks</h1>${tag()}`);
    const page = await visit(step);
    await page.goto(`${site.url}/visit/?utm_source=news&utm_medium=email&gclid=c1`);
    await page.waitForFunction(() => window.radix?.init);
    const anonymous = await page.evaluate(() => window.radix.id());
    await page.evaluate(() => {
      history.pushState(null, "", "/visit/cart");
      history.replaceState({ same: 1 }, "", "/visit/cart?step=2");
      window.radix.identify("ada@example.com", { plan: "pro" });
      window.radix.group("company", "acme", { size: 3 });
      window.radix.track("added", { price: 9.5, when: new Date(0), items: ["a", "b"] });
    });
    await Promise.all([page.waitForEvent("download").catch(() => {}), page.click("#file")]);
    const [partner] = await Promise.all([page.waitForEvent("popup"), page.click("#out")]);
    await partner.close();
    await page.bringToFront();
    await page.click("button");
    await page.getByText("Thanks").waitFor();
    await page.goto("about:blank");

    const events = await stored("/visit/", [
      "$pageview", "$pageleave", "$pageview", "$identify", "$groupidentify", "added", "$file_download",
      "$outbound_link", "$form_submit", "$web_vitals", "$pageleave", "$pageview", "$web_vitals", "$pageleave",
    ]);
    const [first] = events;
    assert.equal(new Set(events.map((event) => event.session_id)).size, 1);
    assert.match(first.session_id, uuid7);
    assert.ok(events.every((event) => uuid7.test(event.event_id) && event.library === "radix-js"));
    assert.deepEqual(
      [first.user_id, first.event_type, first.path, first.utm_source, first.utm_medium, first.channel, first.browser],
      [anonymous, "page", "/visit/", "news", "email", "paid", "HeadlessChrome"],
    );
    assert.equal(first.properties.gclid, "c1");
    assert.ok(first.properties.$screen_width > 0);
    const [, cart, thanks] = named(events, "$pageview");
    assert.deepEqual([cart.path, cart.channel, cart.user_id], ["/visit/cart", "internal", anonymous]);
    assert.deepEqual([thanks.path, thanks.channel, thanks.user_id], ["/visit/thanks", "internal", "ada@example.com"]);
    const [identified] = named(events, "$identify");
    assert.equal(identified.user_id, "ada@example.com");
    assert.equal(identified.event_type, "identify");
    assert.equal(identified.properties.$anon_distinct_id, anonymous);
    assert.deepEqual(identified.properties.$set, { plan: "pro" });
    const [added] = named(events, "added");
    assert.equal(added.properties.price, 9.5);
    assert.equal(added.properties.when, "1970-01-01T00:00:00.000Z");
    assert.deepEqual(added.properties.items, ["a", "b"]);
    assert.deepEqual(added.properties.$groups, { company: "acme" });
    assert.equal(named(events, "$file_download")[0].properties.$link_url, `${site.url}/visit/list.pdf`);
    assert.equal(named(events, "$outbound_link")[0].properties.$link_url, `${site.other}/partner`);
    const [form] = named(events, "$form_submit");
    assert.deepEqual([form.properties.$form_id, form.properties.$form_action], ["order", "/visit/thanks"]);
    assert.ok(!JSON.stringify(form).includes("4111"));
    const [vitals] = named(events, "$web_vitals");
    for (const name of ["LCP", "FCP", "TTFB"]) assert.ok(vitals.properties[`$web_vitals_${name}_value`] > 0, name);
    assert.equal(vitals.properties.$web_vitals_CLS_value, 0);
    assert.ok(vitals.properties.$web_vitals_INP_value > 0);
    assert.equal(vitals.path, "/visit/");
    assert.deepEqual(named(events, "$pageleave").map((event) => event.path), ["/visit/", "/visit/cart", "/visit/thanks"]);
    for (const left of named(events, "$pageleave")) assert.ok(left.properties.$prev_pageview_duration >= 0);
  });

  await context.test("tabs of one browser are one visitor in one session", async (step) => {
    site.put("/tabs/", `<h1>Tab</h1>${tag('data-off="$pageleave $web_vitals"')}`);
    const one = await visit(step);
    await one.goto(`${site.url}/tabs/one`);
    const two = await one.context().newPage();
    await two.goto(`${site.url}/tabs/two`);
    const events = await stored("/tabs/", ["$pageview", "$pageview"]);
    assert.equal(new Set(events.map((event) => event.session_id + event.user_id)).size, 1);
  });

  await context.test("behind a prefix of the site itself, script and events pass by neutral paths", async (step) => {
    site.put("/proxied/", `<h1>Proxied</h1><script defer src="/r/radix.js" data-key="${key}" data-off="$pageleave $web_vitals"></script>`);
    const page = await visit(step);
    const asked = [];
    page.on("request", (request) => asked.push(new URL(request.url())));
    await page.goto(`${site.url}/proxied/`);
    const [event] = await stored("/proxied/", ["$pageview"]);
    assert.equal(event.host, new URL(site.url).host);
    assert.deepEqual(
      [...new Set(asked.map((url) => url.origin))],
      [site.url],
      "nothing but the site itself was asked",
    );
    assert.deepEqual(asked.map((url) => url.pathname), ["/proxied/", "/r/radix.js", "/r/r/e"]);
  });

  await context.test("a page under a policy that forbids scripts in the page works", async (step) => {
    const policy = `default-src 'none'; script-src ${instance.url}; connect-src ${instance.url}`;
    site.put("/policy/", `<h1>Strict</h1>${tag('data-off="$pageleave $web_vitals"')}`, { "content-security-policy": policy });
    const page = await visit(step);
    await page.goto(`${site.url}/policy/`);
    await stored("/policy/", ["$pageview"]);
  });

  await context.test("calls made before the script is there are kept, and a second tag does nothing", async (step) => {
    const off = tag('data-off="$pageleave $web_vitals"');
    site.put("/early/", `<script>(window.radix = window.radix || []).push(["track", "early", { a: 1 }]);</script>${off}${off}`);
    const page = await visit(step);
    await page.goto(`${site.url}/early/`);
    const events = await stored("/early/", ["early", "$pageview"]);
    assert.equal(named(events, "early")[0].properties.a, 1);
  });

  await context.test("who wants to be left alone is: signals, consent, and a choice that lasts", async (step) => {
    const off = 'data-off="$pageleave $web_vitals"';
    site.put("/alone/signal", `<h1>Signal</h1>${tag(off)}`);
    site.put("/alone/consent", `<h1>Consent</h1>${tag(`${off} data-opt-in`)}`);
    const keeps = (page) => page.evaluate(() => Object.keys(localStorage));
    const shy = await visit(step);
    await shy.addInitScript(() => Object.defineProperty(Navigator.prototype, "doNotTrack", { get: () => "1" }));
    await shy.goto(`${site.url}/alone/signal`);
    await shy.waitForFunction(() => window.radix?.init);
    await shy.evaluate(() => window.radix.track("shy"));
    assert.deepEqual(await keeps(shy), []);

    const asked = await visit(step);
    await asked.goto(`${site.url}/alone/consent`);
    await asked.waitForFunction(() => window.radix?.init);
    await asked.evaluate(() => window.radix.track("too early"));
    assert.deepEqual(await keeps(asked), []);
    await asked.evaluate(() => window.radix.optIn());
    await stored("/alone/", ["$pageview"]);
    await asked.evaluate(() => {
      window.radix.optOut();
      window.radix.track("too late");
    });
    assert.deepEqual(await keeps(asked), ["radix.out"]);
    await asked.reload();
    await asked.waitForFunction(() => window.radix?.init);
    await asked.evaluate(() => window.radix.track("still not"));
    await pause(1_500);
    const events = await stored("/alone/", ["$pageview"]);
    assert.equal(events[0].path, "/alone/consent");
  });

  await context.test("cookieless leaves nothing on the device, and a loaded page is a visitor", async (step) => {
    site.put("/bare/", `<h1>Bare</h1>${tag("data-cookieless")}`);
    const page = await visit(step);
    for (let round = 0; round < 2; round += 1) {
      await page.goto(`${site.url}/bare/${round}`);
      await page.waitForFunction(() => window.radix?.init);
      const kept = await page.evaluate(async () => [
        { ...localStorage }, { ...sessionStorage }, document.cookie, await indexedDB.databases(), await caches.keys(),
      ]);
      assert.deepEqual(kept, [{}, {}, "", [], []]);
    }
    await page.goto("about:blank");
    const events = await stored("/bare/", ["$pageview", "$pageleave", "$web_vitals", "$pageview", "$pageleave", "$web_vitals"]);
    assert.equal(new Set(events.map((event) => event.user_id)).size, 2);
    assert.equal(new Set(events.map((event) => event.session_id)).size, 2);
    assert.deepEqual(await page.context().cookies(), []);
  });

  await context.test("a page whose storage throws is not broken", async (step) => {
    site.put("/forbidden/", `<h1>Forbidden</h1>${tag('data-off="$pageleave $web_vitals"')}`);
    const page = await visit(step);
    await page.addInitScript(() => {
      Object.defineProperty(window, "localStorage", {
        get() {
          throw new DOMException("denied", "SecurityError");
        },
      });
    });
    await page.goto(`${site.url}/forbidden/`);
    await page.waitForFunction(() => window.radix?.init);
    await page.evaluate(() => {
      const circle = { window };
      circle.self = circle;
      window.radix.track("odd", { circle, big: 10n, act: () => 1, element: document.body, fine: 1 });
    });
    const events = await stored("/forbidden/", ["$pageview", "odd"]);
    assert.equal(named(events, "odd")[0].properties.fine, 1);
    assert.equal(named(events, "odd")[0].properties.big, "10");
  });

  await context.test("what happens while the server is away is stored once when it is back", async (step) => {
    site.put("/away/", `<h1>Away</h1>${tag('data-off="$web_vitals"')}`);
    const page = await visit(step);
    await page.goto(`${site.url}/away/one`);
    await stored("/away/", ["$pageview"]);
    await instance.stop();
    await page.evaluate(() => {
      for (let number = 0; number < 60; number += 1) window.radix.track("missed", { number });
    });
    // The browser still has the script; the page is left while nobody answers.
    await pause(1_500);
    await page.goto(`${site.url}/away/two`).catch(() => {});
    await page.waitForFunction(() => window.radix?.init);
    await page.evaluate(() => window.radix.track("missed", { number: 60 }));
    await pause(1_500);
    await instance.start();
    const amount = 61;
    const events = await stored("/away/", ["$pageview", "$pageleave", "$pageview", ...Array(amount).fill("missed")]);
    const numbers = named(events, "missed").map((event) => event.properties.number);
    assert.deepEqual(numbers.sort((a, b) => a - b), Array.from({ length: amount }, (_, number) => number));
    assert.equal(new Set(events.map((event) => event.session_id)).size, 1);
    assert.equal(await page.evaluate((name) => localStorage[name], `radix.${key}`), undefined);
  });
});
