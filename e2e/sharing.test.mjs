// Letting somebody in to a single thing, with the keyboard alone.
import assert from "node:assert/strict";
import { test } from "node:test";
import { open, signIn } from "./support/browser.mjs";
import { Instance } from "./support/instance.mjs";
import { until } from "./support/until.mjs";

test("a folder is shared by keyboard", async (context) => {
  const instance = await Instance.started(context);
  const api = await instance.claim();
  const page = await open(context);
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent);
  const dialog = page.getByRole("dialog");
  const press = async (...keys) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  /** Waits until keys go to the dialog: it takes the focus a moment after it is seen. */
  const entered = () => dialog.locator(":focus").waitFor();
  /** Goes down the list of the field in focus until an option is marked, and takes it. */
  const choose = async (name) => {
    const option = page.getByRole("option", { name, exact: true });
    const marked = page.locator("[role=option][data-combobox-selected]").filter({ visible: true }).first();
    let isPressed = false;
    await until(`${name} to be taken`, async () => {
      const isMarked = (await marked.count()) > 0 && (await marked.innerText({ timeout: 500 })) === name;
      isPressed = isMarked && !isPressed;
      await press(isPressed ? "Enter" : "ArrowDown");
      // A list that has just opened looks for its chosen option a moment later, and forgets what is marked: Enter comes
      // to nothing then, and another key mends it.
      if (isPressed) await option.waitFor({ state: "hidden", timeout: 1000 });
      return isPressed;
    });
  };

  await signIn(page, instance);
  await page.getByRole("heading", { name: "Home", level: 1 }).waitFor();
  await page.goto(`${instance.url}/p/${api.project}/settings/rights?tab=folders`);
  await page.getByText("No folders yet").waitFor();

  await page.getByRole("button", { name: "New folder" }).focus();
  await press("Enter");
  await entered();
  await page.keyboard.type("Marketing");
  await press("Enter");
  await dialog.waitFor({ state: "detached" });
  await page.getByText("Marketing", { exact: true }).waitFor();

  await page.getByRole("button", { name: "Share: Marketing" }).focus();
  await press("Enter");
  await dialog.getByText("Nobody was let in").waitFor();
  assert.match(page.url(), /share=/);
  // The dialog begins in its first field: a role, its level, an end, and the button.
  await dialog.getByLabel("Person or role").and(page.locator(":focus")).waitFor();
  await page.keyboard.type("Analyst");
  await choose("Analyst");
  await press("Tab");
  await choose("Edit");
  await press("Tab", "Tab");
  assert.equal(await focused(), "Let in");
  await press("Enter");
  await dialog.getByText("Everybody with the role Analyst").waitFor();
  await dialog.getByRole("listitem").getByText("Edit", { exact: true }).waitFor();

  await dialog.getByRole("button", { name: /^Take away/ }).focus();
  await press("Enter");
  await dialog.getByText("Nobody was let in").waitFor();
  await press("Escape");
  await dialog.waitFor({ state: "detached" });
  assert.doesNotMatch(page.url(), /share=/);
  await page.getByRole("button", { name: "Share: Marketing" }).and(page.locator(":focus")).waitFor();

  await press("Tab", "Enter");
  await page.getByRole("menuitem", { name: "Delete" }).waitFor();
  while ((await focused()) !== "Delete") await press("ArrowDown");
  await press("Enter");
  await dialog.getByText("What is in it moves one level up.").waitFor();
  await entered();
  await press("Tab", "Enter");
  await page.getByText("No folders yet").waitFor();
});
