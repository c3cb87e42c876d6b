// Home: filters are about visits, lists are whole and searched, and an empty page says why it is empty.
import assert from "node:assert/strict";
import { test } from "node:test";
import { open, signIn } from "./support/browser.mjs";
import { Instance } from "./support/instance.mjs";
import { until } from "./support/until.mjs";

const minute = 60_000;
const bot = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";
const browser =
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36";

/** A visit: page views a minute apart, the first from somewhere else. */
function visit(who, from, paths, agent = browser) {
  return paths.map((path, index) => ({
    event: "$pageview",
    distinct_id: who,
    timestamp: new Date(Date.now() - (30 - index) * minute).toISOString(),
    user_agent: agent,
    properties: {
      $current_url: `https://shop.example.com${path}`,
      $referrer: index === 0 ? from : `https://shop.example.com${paths[index - 1]}`,
    },
  }));
}

test("home", async (context) => {
  const instance = await Instance.started(context);
  const api = await instance.claim();
  const key = await api.key();
  const page = await open(context);
  const panel = (title) => page.locator("section").filter({ has: page.getByRole("heading", { name: title, level: 2 }) });
  const stored = (amount) =>
    until(`${amount} events`, async () => (await api.total({ traffic: "all" })) === amount);

  await context.test("only bots' page views are told apart from none", async () => {
    await api.send(key, visit("bot", "", ["/"], bot));
    await stored(1);
    await signIn(page, instance);
    await page.getByText("Only bots' page views in this range").waitFor();
    await page.getByRole("link", { name: "See them in Explore" }).click();
    await page.waitForURL(/\/explore\?.*traffic=bots/);
  });

  const pages = Array.from({ length: 12 }, (_, index) => `/page-${String.fromCharCode(97 + index)}`);
  await context.test("a filter on a page is about the visits that had it", async () => {
    await api.send(key, [
      ...visit("ada", "https://www.google.com/", ["/", "/pricing"]),
      ...visit("ben", "", ["/pricing"]),
      ...visit("cleo", "https://www.google.com/", pages),
    ]);
    await stored(16);
    await page.goto(instance.url);
    await panel("Pages").getByRole("button", { name: /\/pricing, 2$/ }).click();
    await panel("Sources").getByRole("button", { name: /Search, 1$/ }).waitFor();
    await panel("Sources").getByRole("button", { name: /Direct, 1$/ }).waitFor();
    await panel("Pages").getByText("Entry pages").click();
    await panel("Pages").getByRole("button", { name: /\/, 1$/ }).waitFor();
    await panel("Pages").getByRole("button", { name: /\/pricing, 1$/ }).waitFor();
    await page.getByRole("button", { name: /^Bounce rate 50/ }).waitFor();
  });

  await context.test("filters that leave nothing are told apart too", async () => {
    const home = page.url().replace(/\?.*/, "");
    const nowhere = encodeURIComponent(JSON.stringify([[["$pathname", "is", "/nowhere"]]]));
    await page.goto(`${home}?where=${nowhere}`);
    await page.getByText("No visit fits the filters").waitFor();
    await page.getByRole("button", { name: "Clear filters" }).click();
    await panel("Pages").waitFor();
  });

  await context.test("a list is whole behind its first rows, and searched", async () => {
    await panel("Pages").getByRole("button", { name: "More: Top pages" }).click();
    const dialog = page.getByRole("dialog", { name: "Top pages" });
    await dialog.getByRole("button", { name: /page-l/ }).waitFor();
    await dialog.getByRole("searchbox").fill("page-k");
    await dialog.getByRole("button", { name: /page-l/ }).waitFor({ state: "detached" });
    await dialog.getByRole("button", { name: /page-k/ }).click();
    await page.waitForURL(/page-k/);
    await dialog.waitFor({ state: "detached" });
  });

  await context.test("one event of 1970 does not stretch all time", async () => {
    await api.send(key, [
      { event: "$pageview", distinct_id: "old", timestamp: "1970-01-01T00:00:00Z", user_agent: browser },
    ]);
    await until("the odd event", async () => (await api.trends({})).before_all_time?.events === 1);
    await page.goto(`${page.url().replace(/\?.*/, "")}?range=all`);
    await page.getByText(/1 event lies far before all others/).waitFor();
    const answer = await api.trends({});
    assert.ok(answer.buckets.length <= 2, `${answer.buckets.length} months`);
  });

  await context.test("who was there in the last minutes is online", async () => {
    await api.send(key, [{ event: "$pageview", distinct_id: "dora", user_agent: browser }]);
    await page.reload();
    await page.getByRole("link", { name: "1 visitor online" }).waitFor({ timeout: 40_000 });
  });

  await context.test("opened during an outage, it recovers by itself", async () => {
    await page.route("**/insights/**", (route) => route.fulfill({ status: 503, body: "" }));
    await page.reload();
    await page.getByRole("button", { name: /try again/i }).first().waitFor();
    await page.unroute("**/insights/**");
    await panel("Pages").getByRole("button", { name: /\/pricing, 2$/ }).waitFor({ timeout: 20_000 });
  });
});
