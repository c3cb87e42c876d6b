// Letting somebody in to a single thing, with the keyboard alone.
import assert from "node:assert/strict";
import { test } from "node:test";
import { admin } from "./support/admin.mjs";
import { open, signIn } from "./support/browser.mjs";
import { Instance } from "./support/instance.mjs";
import { prove } from "./support/proof.mjs";
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

test("who changes what somebody else has changed is told so, and chooses", async (context) => {
  const instance = await Instance.started(context);
  const api = await instance.claim();
  const page = await open(context);
  const project = `/api/v1/projects/${api.project}`;
  const meanwhile = (change) => api.patch(project, change);
  const description = page.getByLabel("Description");
  const told = page.getByRole("alert").filter({ hasText: "This was changed meanwhile" });
  const save = () => page.getByRole("button", { name: "Save changes", exact: true }).first().click();

  await signIn(page, instance);
  await page.getByRole("heading", { name: "Home", level: 1 }).waitFor();
  await page.goto(`${instance.url}/p/${api.project}/settings`);
  await description.fill("Mine");
  await meanwhile({ description: "Theirs", currency: "CHF" });
  await save();
  await told.getByText(/description/).waitFor();
  assert.equal(await description.inputValue(), "Mine");
  assert.equal((await api.get(project)).description, "Theirs");

  // Loaded, the form begins with what is there now.
  await told.getByRole("button", { name: "Load theirs" }).click();
  await told.waitFor({ state: "detached" });
  await until("theirs to be loaded", async () => (await description.inputValue()) === "Theirs");

  // Saved over it, what was typed is what is there.
  await description.fill("Mine again");
  await meanwhile({ description: "Theirs again" });
  await save();
  await told.getByRole("button", { name: "Save mine over it" }).click();
  await told.waitFor({ state: "detached" });
  await until("mine to be stored", async () => (await api.get(project)).description === "Mine again");
  assert.equal((await api.get(project)).currency, "CHF");

  // What the page itself has saved since is nobody else's change.
  await description.fill("Once more");
  await save();
  await until("it to be stored", async () => (await api.get(project)).description === "Once more");
  assert.equal(await told.count(), 0);
});

test("a secret key of who is gone stops, and goes on where the organization answers for it", async (context) => {
  const instance = await Instance.started(context);
  const api = await instance.claim();
  const { user, organizations } = await api.get("/api/v1/me");
  const page = await open(context);
  await api.post("/api/v1/me/proof", { password: admin.password });
  const made = await api.post(`/api/v1/projects/${api.project}/api_keys`, {
    name: "nightly job",
    kind: "secret",
    scopes: ["project:view"],
  });
  const listed = await api.get(`/api/v1/projects/${api.project}/api_keys`);
  assert.equal(listed.items.find((key) => key.id === made.id).holder_id, user.id);
  assert.equal(organizations.length, 1);

  await signIn(page, instance);
  await page.getByRole("heading", { name: "Home", level: 1 }).waitFor();
  await page.goto(`${instance.url}/p/${api.project}/settings/keys`);
  const row = page.getByRole("row", { name: /nightly job/ });
  await row.getByText("Active").waitFor();
  await row.getByRole("button").last().click();
  await page.getByRole("menuitem", { name: "Hand over to the organization" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Hand over to the organization" }).click();
  await prove(page);
  await row.getByText("The organization", { exact: false }).waitFor();
});
