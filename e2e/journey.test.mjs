// A newcomer's first hour, in a browser: claim, send, see, ask, leave, come back.
import assert from "node:assert/strict";
import { test } from "node:test";
import { admin } from "./support/admin.mjs";
import { people } from "./support/api.mjs";
import { open, signIn } from "./support/browser.mjs";
import { pageViews } from "./support/events.mjs";
import { Instance } from "./support/instance.mjs";
import { readTable } from "./support/table.mjs";
import { until } from "./support/until.mjs";

const month = { range: { kind: "last", count: 30, unit: "day" }, interval: "day" };

test("a newcomer's journey", async (context) => {
  const instance = await Instance.started(context);
  const link = instance.claimLink;
  const token = instance.claimToken;
  assert.ok(link, `the output holds a claim link:\n${instance.output}`);
  const page = await open(context);

  await context.test("the printed link makes the first admin and leads to an empty home", async () => {
    await page.goto(link);
    await page.getByLabel("First name").fill(admin.first_name);
    await page.getByLabel("Last name").fill(admin.last_name);
    await page.getByLabel("Organization").fill("Analytical Engines");
    await page.getByLabel("Email").fill(admin.email);
    await page.getByLabel("Password", { exact: true }).fill(admin.password);
    await page.getByRole("button", { name: "Create admin account" }).click();

    await page.getByRole("heading", { name: "Home", level: 1 }).waitFor();
    await page.getByText("No events yet").waitFor();
  });

  await context.test("the link works once", async () => {
    const other = await open(context);
    await other.goto(link);

    await other.getByRole("heading", { name: "This server has been set up already" }).waitFor();
    const again = await fetch(`${instance.url}/api/v1/setup`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ token, ...admin, email: "eve@example.com", organization: "Eve" }),
    });
    assert.equal(again.status, 409);
    assert.equal((await again.json()).code, "already_claimed");
  });

  const api = await instance.signIn();
  const sent = pageViews();

  await context.test("a key made in the page sends events, and the page sees them arrive", async () => {
    await page.getByRole("link", { name: "Send events" }).first().click();
    await page.getByRole("button", { name: "Create key" }).click();
    const key = await until(
      "the key to be shown",
      async () => /rdx_[\w-]{43}/.exec(await page.locator("main").innerText())?.[0],
    );
    const answer = await api.send(key, sent);

    assert.deepEqual([answer.accepted, answer.rejected], [sent.length, 0]);
    await page
      .getByText(/received/)
      .first()
      .waitFor();
  });

  await context.test("home shows them", async () => {
    await page.getByRole("link", { name: "Home", exact: true }).first().click();

    const visitors = new Set(sent.map((event) => event.distinct_id)).size;
    const tile = page.getByRole("button", { name: /^Visitors/ });
    await tile.getByTitle(String(visitors), { exact: true }).waitFor();
    await page
      .getByRole("button", { name: /^Page views/ })
      .getByTitle(String(sent.length), { exact: true })
      .waitFor();
    await page.getByRole("img", { name: /visitors/i }).waitFor();
  });

  await context.test("explore draws a chart and a table with the API's numbers", async () => {
    await page.getByRole("link", { name: "Explore", exact: true }).first().click();
    await page.getByRole("heading", { name: "Explore", level: 1 }).waitFor();

    await page.getByRole("main").getByRole("img").first().waitFor();
    await sameAsApi(page, api, { series: [people("$pageview")], ...month });
  });

  const byBrowser = {
    series: [people("$pageview")],
    ...month,
    breakdown: { property: "$browser", limit: 10 },
  };

  await context.test("broken down by browser, the table still has the API's numbers", async () => {
    await breakDown(page, "Browser");

    await page.getByRole("rowheader", { name: "Firefox" }).waitFor();
    await sameAsApi(page, api, byBrowser);
  });

  await context.test("the address bar holds the question", async () => {
    const address = page.url();
    await page.reload();

    await page.getByRole("rowheader", { name: "Firefox" }).waitFor();
    assert.equal(page.url(), address);
    await sameAsApi(page, api, byBrowser);
  });

  await context.test("signing out closes the page, signing in opens it where it was", async () => {
    const address = page.url();
    await page
      .getByRole("button", { name: /^Account/ })
      .first()
      .click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.getByRole("button", { name: "Sign in" }).waitFor();

    await page.goto(address);
    await page.getByLabel("Email").fill(admin.email);
    await page.getByLabel("Password", { exact: true }).fill("not the password");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("alert").filter({ hasText: "Email or password is wrong." }).waitFor();
    await page.getByLabel("Password", { exact: true }).fill(admin.password);
    await page.getByRole("button", { name: "Sign in" }).click();

    await page.getByRole("rowheader", { name: "Firefox" }).waitFor();
    assert.equal(page.url(), address);
  });
});

async function breakDown(page, property) {
  await page.getByRole("button", { name: "Break down" }).click();
  await page.getByRole("textbox", { name: "Search properties" }).fill(property);
  await page
    .getByRole("option", { name: new RegExp(`^${property}`) })
    .first()
    .click();
}

/** Compares the table below the chart, cell by cell, with what the API answers to the same question. */
async function sameAsApi(page, api, question) {
  const answer = await api.trends(question);
  const wanted = answer.lines.map((line) => [
    line.breakdown?.value ?? line.breakdown?.kind,
    line.total,
    ...line.values,
  ]);
  const table = page.getByRole("region", { name: "Table" }).getByRole("table");
  await until("the table to have the API's numbers", async () => {
    const { columns, rows } = await readTable(table);
    assert.equal(columns.length, answer.buckets.length + 2);
    const shown = [...rows].map(([name, values]) => [question.breakdown ? name : undefined, ...values]);
    assert.deepEqual(shown, wanted);
    return true;
  });
}
