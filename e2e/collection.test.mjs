// From setting up to what came in: the places about data, as somebody walks through them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { count } from "./support/api.mjs";
import { open, signIn } from "./support/browser.mjs";
import { Instance } from "./support/instance.mjs";
import { until } from "./support/until.mjs";

const chrome =
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36";
const crawler = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";

test("the places about data", async (context) => {
  const instance = await Instance.started(context);
  const api = await instance.claim();
  const key = await api.key();
  const page = await open(context);
  await signIn(page, instance);
  await page.waitForURL(/\/p\//);
  const go = (name) => page.getByRole("link", { name, exact: true }).first().click();
  const send = (events) => api.send(key, events);

  await context.test("internal traffic is set, and what can't be is told at its field", async () => {
    await go("Settings");
    await go("Collection");
    const networks = page.getByLabel("Networks");
    await networks.fill("10.0.0.0/8\nten");
    const internal = page.locator("form").filter({ has: networks });
    await internal.getByRole("button", { name: "Save changes" }).click();
    await page.getByText("“ten” is no network such as 10.0.0.0/8").waitFor();

    await networks.fill("");
    await page.getByLabel("Distinct ids").fill("*@example.com");
    await internal.getByRole("button", { name: "Save changes" }).click();
    await page.getByText("Saved").first().waitFor();
    const settings = await api.get(`/api/v1/projects/${api.project}/collection_settings`);
    assert.deepEqual(settings.internal_user_ids, ["*@example.com"]);
    assert.deepEqual(settings.internal_networks, []);
  });

  await context.test(
    "every way to send names this server, and the first event ticks the last step",
    async () => {
      await go("Send events");
      await page.getByPlaceholder("YOUR_KEY").fill(key);
      for (const [name, part] of [
        ["posthog-js", "api_host"],
        ["Segment", "cdnURL"],
        ["RudderStack", "configUrl"],
        ["HTTP", "curl"],
      ]) {
        await page.getByRole("button", { name, exact: true }).click();
        const lines = page.getByRole("figure").filter({ hasText: part }).first();
        assert.match(
          await lines.innerText(),
          new RegExp(`${instance.url}[^]*${key}|${key}[^]*${instance.url}`),
        );
      }
      assert.match(page.url(), /with=http/);

      await page.getByText("Waiting for the first event").waitFor();
      await send([{ event: "signed up", distinct_id: "u1", properties: { $lib: "my-program" } }]);
      await page.getByText("signed up received").waitFor();
      await page.getByText("From my-program").waitFor();
    },
  );

  await context.test("live events show whose they are, and can be chosen by it", async () => {
    await send([
      { event: "viewed", distinct_id: "u2", user_agent: chrome, properties: { plan: "gold" } },
      { event: "crawled", distinct_id: "c1", user_agent: crawler },
      { event: "tested", distinct_id: "ada@example.com", user_agent: chrome },
    ]);
    await go("Live events");
    const row = (event) =>
      page.getByRole("row").filter({ has: page.getByRole("button", { name: event, exact: true }) });
    await row("crawled").getByText("Bot", { exact: true }).waitFor();
    await row("tested").getByText("Internal", { exact: true }).waitFor();

    await page.getByRole("button", { name: "Whose events: All traffic" }).click();
    await page.getByRole("option", { name: /^Bots/ }).click();
    await row("viewed").waitFor({ state: "detached" });
    await row("crawled").waitFor();
    await page.getByRole("button", { name: "Clear" }).click();
    await page.getByLabel("Search in events").fill("GOLD");
    await row("crawled").waitFor({ state: "detached" });
    await row("viewed").waitFor();
    await page.getByRole("button", { name: "Clear" }).click();
    await page.getByLabel("Distinct id or person").fill("c1");
    await row("viewed").waitFor({ state: "detached" });
    await row("crawled").waitFor();
    await page.getByRole("button", { name: "Clear" }).click();
    await row("viewed").waitFor();
  });

  await context.test("what arrives during a pause is counted, and shown when asked for", async () => {
    await page.getByRole("button", { name: "Pause" }).click();
    await send([1, 2, 3].map((number) => ({ event: `late ${number}`, distinct_id: "u3" })));
    const news = page.getByRole("button", { name: "Show 3 new events" });
    await news.waitFor();
    assert.equal(await page.getByRole("button", { name: "late 1", exact: true }).count(), 0);
    await news.click();
    for (const number of [1, 2, 3])
      await page.getByRole("button", { name: `late ${number}`, exact: true }).waitFor();
  });

  await context.test("answers leave out bots and internal traffic unless they are asked for", async () => {
    assert.equal(await api.total({ series: [count()] }), 5);
    assert.equal(await api.total({ traffic: "all", series: [count()] }), 7);
    assert.equal(await api.total({ traffic: "bots", series: [count()] }), 1);
    assert.equal(await api.total({ traffic: "internal", series: [count()] }), 1);
    await page.goto(`${instance.url}/p/${api.project}/explore?range=7d&traffic=all`);
    await page.getByText("All traffic: bots and internal traffic are in these numbers.").waitFor();
  });

  await context.test("what came in is told by what became of it", async () => {
    const id = "0190163d-8694-739b-aea5-966c26f8ad90";
    await send([{ event: "once", distinct_id: "u1", event_id: id }]);
    await send([{ event: "once", distinct_id: "u1", event_id: id }]);
    await send([{ distinct_id: "nothing" }]);
    const health = () => api.get(`/api/v1/projects/${api.project}/ingestion_health`);
    const { totals } = await until("everything to be counted", async () => {
      const { history } = await health();
      return history.totals.refused === 1 && history.totals.duplicates === 1 && history;
    });
    assert.deepEqual(totals, { people: 6, bots: 1, internal: 1, duplicates: 1, refused: 1, late: 0 });

    await go("Ingestion");
    await page.getByText(/Events are stored .* after they arrive/).waitFor();
    const numbers = page.getByRole("region", { name: "What came in" });
    for (const [name, value] of [
      ["People", "6"],
      ["Bots", "1"],
      ["Internal", "1"],
      ["Duplicates", "1"],
      ["Refused", "1"],
    ]) {
      const tile = numbers.locator("dl > div").filter({ has: page.locator("dt", { hasText: name }) });
      assert.equal(await tile.locator("strong").innerText(), value, name);
    }
    await page.getByText("Googlebot").first().waitFor();
    await page.getByText("Nothing waits").waitFor();
  });
});
