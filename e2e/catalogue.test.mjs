// What is sent can be chosen, described and hidden.
import assert from "node:assert/strict";
import { test } from "node:test";
import { open, signIn } from "./support/browser.mjs";
import { Instance } from "./support/instance.mjs";

test("the catalogue", async (context) => {
  const instance = await Instance.started(context);
  const api = await instance.claim();
  const key = await api.key();
  await api.send(key, [
    { event: "sign up", distinct_id: "ada", properties: { plan: "pro", seats: 3 } },
    { event: "sign up", distinct_id: "bob", properties: { plan: "free", $set: { email: "bob@example.com" } } },
    { event: "debug/trace %2F", distinct_id: "ada" },
  ]);
  const page = await open(context);
  await signIn(page, instance);
  await page.getByRole("heading", { name: "Home", level: 1 }).waitFor();
  const at = `${instance.url}/p/${api.project}`;

  await context.test("names are there as soon as they have arrived", async () => {
    await page.goto(`${at}/catalogue`);
    await page.getByRole("button", { name: "sign up" }).waitFor();
    await page.getByRole("button", { name: "debug/trace %2F" }).waitFor();
    await page.getByRole("tab", { name: "Event properties" }).click();
    await page.getByRole("row", { name: /plan.*text/ }).waitFor();
    await page.getByRole("tab", { name: "Person properties" }).click();
    await page.getByRole("button", { name: "email" }).waitFor();
  });

  await context.test("the picker offers them, and takes what is typed", async () => {
    await page.goto(`${at}/explore`);
    await page.getByRole("button", { name: /^(sign up|debug)/ }).first().click();
    await page.getByRole("option", { name: /debug\/trace/ }).waitFor();
    await page.getByPlaceholder("Search events").fill("not sent yet");
    await page.getByRole("option", { name: "Use “not sent yet”" }).click();
    await page.getByRole("button", { name: "not sent yet" }).waitFor();
  });

  await context.test("what is said of a name is kept", async () => {
    await page.goto(`${at}/catalogue`);
    await page.getByRole("button", { name: "sign up" }).click();
    await page.getByLabel("Description", { exact: true }).fill("A new account");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("sign up saved").waitFor();
    await page.getByRole("row", { name: /A new account/ }).waitFor();
  });

  await context.test("what is hidden is gone from the picker, and nowhere else", async () => {
    await page.goto(`${at}/catalogue`);
    await page.getByRole("switch", { name: "Offer debug/trace %2F in lists" }).click({ force: true });
    await page.getByText("debug/trace %2F is left out of lists").waitFor();
    await page.goto(`${at}/explore`);
    await page.getByRole("button", { name: "sign up" }).first().click();
    await page.getByRole("option", { name: /sign up/ }).waitFor();
    assert.equal(await page.getByRole("option", { name: /debug/ }).count(), 0);
    const trace = { series: [{ event: "debug/trace %2F", measure: { kind: "count" } }] };
    assert.equal(await api.total(trace), 1);
  });
});
