// A program sends events that lack something: they wait on the page, are mended there, and are stored after all.
import assert from "node:assert/strict";
import { test } from "node:test";
import { open, signIn } from "./support/browser.mjs";
import { Instance } from "./support/instance.mjs";
import { until } from "./support/until.mjs";

test("refused events", async (context) => {
  const instance = await Instance.started(context);
  const api = await instance.claim();
  const key = await api.key();
  const page = await open(context);
  await signIn(page, instance);
  await page.waitForURL(/\/p\//);
  const address = `${instance.url}/p/${api.project}/refused`;
  const listed = () => api.get(`/api/v1/projects/${api.project}/rejected_events`);

  await context.test("an empty page says what it is for", async () => {
    await page.goto(address);
    await page.getByText("Nothing was refused").waitFor();
  });

  await context.test("what PostHog's form refuses is on the page with its reason", async () => {
    const bad = [
      { event: "order placed", timestamp: "2026-01-15T08:00:00Z", properties: { total: 42 } },
      { event: "clicked", properties: { button: "a" } },
      { event: "clicked", properties: { button: "b" } },
    ];
    const answer = await fetch(`${instance.url}/batch/`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ api_key: key, batch: [...bad, { event: "fine", distinct_id: "undefined" }] }),
    });
    assert.equal(answer.status, 200);
    await until("all refused events to be listed", async () => (await listed()).items.length === 3);
    await page.reload();
    await page.getByRole("listitem", { name: "order placed: distinct_id_missing" }).waitFor();
    await page
      .getByRole("listitem", { name: "clicked: distinct_id_missing" })
      .getByText("2 events")
      .waitFor();
  });

  await context.test("one is mended by hand and shows among live events, at its own time", async () => {
    const table = page.getByRole("table", { name: "Refused events" });
    await table.getByRole("button", { name: "order placed" }).click();
    const text = page.getByLabel("The event as it came");
    const store = page.getByRole("button", { name: "Store event" });
    await store.click();
    await page.getByText("Still refused").waitFor();
    const mended = JSON.parse(await text.inputValue());
    await text.fill(JSON.stringify({ ...mended, distinct_id: "ada" }));
    await store.click();
    await page.getByText("The event is stored.").waitFor();
    await table.getByRole("button", { name: "order placed" }).waitFor({ state: "detached" });

    await page.goto(`${instance.url}/p/${api.project}/live`);
    await page.getByRole("button", { name: "order placed" }).waitFor();
    const { items } = await api.get(`/api/v1/projects/${api.project}/events?event=order%20placed`);
    assert.equal(items.length, 1);
    assert.equal(items[0].user_id, "ada");
    assert.equal(new Date(items[0].timestamp).toISOString(), "2026-01-15T08:00:00.000Z");
  });

  await context.test("all that are alike are mended at once", async () => {
    await page.goto(address);
    const group = page.getByRole("listitem", { name: "clicked: distinct_id_missing" });
    await group.getByRole("button", { name: "Mend and store" }).click();
    assert.equal(await page.getByLabel("Field to set").inputValue(), "distinct_id");
    await page.getByLabel("Value").fill("somebody");
    await page.getByRole("button", { name: "Store events" }).click();
    await page.getByText("2 events stored.").waitFor();
    await page.getByRole("dialog").getByRole("button", { name: "Close" }).last().click();
    await page.getByText("Nothing was refused").waitFor();
    assert.equal((await api.get(`/api/v1/projects/${api.project}/events?event=clicked`)).items.length, 2);
  });

  await context.test("what can't be mended is discarded, and the log tells who did it", async () => {
    await api.send(key, [{ event: "rubbish" }]);
    await until("it to be listed", async () => (await listed()).items.length === 1);
    await page.reload();
    await page
      .getByRole("listitem", { name: /^rubbish/ })
      .getByRole("button", { name: "Discard" })
      .click();
    await page.getByRole("dialog").getByRole("button", { name: "Discard" }).click();
    await page.getByText("Nothing was refused").waitFor();
    assert.equal((await listed()).items.length, 0);
    const log = await api.get("/api/v1/audit_logs?action=rejected_event.");
    assert.deepEqual(
      log.items.map((row) => row.action),
      ["rejected_event.discard", ...Array(3).fill("rejected_event.replay")],
    );
  });

  await context.test("what is doubtful is a warning", async () => {
    await page.getByRole("radiogroup").getByText("Warnings").click();
    await page.getByRole("heading", { name: "Events of nobody in particular" }).waitFor();
    await page.getByRole("rowheader", { name: "fine" }).waitFor();
  });
});
