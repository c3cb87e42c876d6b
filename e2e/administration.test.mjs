// Looking after an instance in the page: somebody is given an account, signs in, is sent away, and the log tells.
import assert from "node:assert/strict";
import { test } from "node:test";
import { admin } from "./support/admin.mjs";
import { open, signIn } from "./support/browser.mjs";
import { Instance } from "./support/instance.mjs";
import { linkTo } from "./support/mails.mjs";
import { until } from "./support/until.mjs";

const grace = { email: "grace@example.com", password: "a long enough sentence" };

test("an account from its invitation to its end", async (context) => {
  const instance = await Instance.started(context);
  await instance.claim();
  const page = await open(context);
  const theirs = await open(context);
  const dialog = page.getByRole("dialog");
  const row = page.getByRole("row", { name: /Grace Hopper/ });
  const choose = async (item) => {
    await row.getByRole("button", { name: "More: Grace Hopper" }).click();
    await page.getByRole("menuitem", { name: item }).click();
  };

  await context.test("an admin invites somebody", async () => {
    await signIn(page, instance);
    await page.getByRole("heading", { name: "Home", level: 1 }).waitFor();
    await page.getByRole("button", { name: /^Account/ }).click();
    await page.getByRole("menuitem", { name: "Administration" }).click();
    await page.getByRole("navigation", { name: "Administration" }).getByRole("link", { name: "Accounts" }).click();
    await page.getByRole("row", { name: /Ada Lovelace/ }).getByText("Admin", { exact: true }).waitFor();

    await page.getByRole("button", { name: "Invite" }).click();
    await dialog.getByText("No mail server is set up").waitFor();
    await dialog.getByLabel("Email").fill(admin.email);
    await dialog.getByRole("button", { name: "Send invitation" }).click();
    await dialog.getByText("Somebody has an account with this address already.").waitFor();
    await dialog.getByLabel("Email").fill(grace.email);
    await dialog.getByLabel("First name").fill("Grace");
    await dialog.getByLabel("Last name").fill("Hopper");
    await dialog.getByRole("button", { name: "Send invitation" }).click();
    await dialog.getByText(`A mail is on its way to ${grace.email}.`).waitFor();
    await dialog.getByRole("button", { name: "Done" }).click();
    await row.getByText("Invited").waitFor();
  });

  await context.test("the link in the mail lets them choose a password", async () => {
    await theirs.goto(await linkTo(instance, grace.email));
    await theirs.getByLabel("New password").fill(grace.password);
    await theirs.getByRole("button", { name: "Set password" }).click();
    await theirs.getByRole("link", { name: "Go to sign in" }).click();
    await signIn(theirs, instance, grace);
    await theirs.waitForURL((url) => url.pathname === "/");
    await theirs.goto(`${instance.url}/admin/users`);
    await theirs.getByText("This is for those who look after the instance").waitFor();
  });

  await context.test("the list is searched, and names are corrected", async () => {
    await page.getByRole("searchbox", { name: "Search by name or email" }).fill("hopp");
    await page.waitForURL(/search=hopp/);
    await page.getByRole("row", { name: /Ada Lovelace/ }).waitFor({ state: "detached" });
    await row.getByText("Active").waitFor();
    await choose("Edit name");
    await dialog.getByLabel("First name").fill("Grace Brewster");
    await dialog.getByRole("button", { name: "Save changes" }).click();
    await page.getByRole("row", { name: /Grace Brewster Hopper/ }).waitFor();
    await page.getByRole("button", { name: "More: Grace Brewster Hopper" }).click();
    await page.getByRole("menuitem", { name: "Edit name" }).click();
    await dialog.getByLabel("First name").fill("Grace");
    await dialog.getByRole("button", { name: "Save changes" }).click();
    await row.waitFor();
  });

  await context.test("who is deactivated is signed out by their next click", async () => {
    await theirs.goto(`${instance.url}/account/profile`);
    await theirs.getByRole("heading", { name: "Profile", level: 1 }).waitFor();
    await choose("Deactivate");
    await dialog.getByText("is signed out everywhere at once").waitFor();
    await dialog.getByRole("button", { name: "Deactivate" }).click();
    await row.getByText("Deactivated").waitFor();
    await theirs.getByRole("link", { name: "Security" }).click();
    await theirs.waitForURL(/\/sign-in/);
    await signIn(theirs, instance, grace);
    await theirs.getByText("Email or password is wrong").waitFor();
  });

  await context.test("the last admin stays", async () => {
    await page.getByRole("searchbox").fill("");
    await page.getByRole("button", { name: "More: Ada Lovelace" }).click();
    await page.getByRole("menuitem", { name: "No longer admin" }).click();
    await dialog.getByText("This is your own account").waitFor();
    await dialog.getByRole("button", { name: "Take away" }).click();
    await dialog.getByText("Nobody else looks after this instance.").waitFor();
    await dialog.getByRole("button", { name: "Cancel" }).click();
  });

  await context.test("the log tells all of it by name", async () => {
    await page.getByRole("link", { name: "Audit log" }).click();
    const entries = page.getByRole("main").getByRole("listitem");
    const told = await until("the rows", async () => {
      const texts = (await entries.allInnerTexts()).map((text) => text.replaceAll(/\s+/g, " "));
      return texts.length > 5 && texts;
    });
    const found = (pattern) => assert.ok(told.some((text) => pattern.test(text)), `${pattern} in\n${told.join("\n")}`);
    found(/Ada Lovelace created the account grace@example\.com/);
    found(/Grace Hopper chose a new password for grace@example\.com/);
    found(/Grace Hopper signed in/);
    assert.ok(!told.some((text) => /\/api\/v1\/instance/.test(text)), told.join("\n"));
    found(/Ada Lovelace deactivated the account grace@example\.com/);
    await page.getByRole("button", { name: /Ada Lovelace deactivated the account/ }).click();
    await page.getByText("active", { exact: true }).waitFor();
  });
});

test("metrics are read from this machine alone, or with the token", async (context) => {
  const instance = await Instance.started(context);
  const status = async (headers = {}, of = instance) => (await fetch(`${of.url}/metrics`, { headers })).status;
  assert.equal(await status(), 200);
  assert.equal(await status({ "x-forwarded-for": "203.0.113.9" }), 401);
  const token = "a token of the scraper's own";
  const guarded = await Instance.started(context, {
    options: ["--set", `metrics.token=${token}`, "--set", "server.behind_proxy=true"],
  });
  assert.equal(await status({}, guarded), 401);
  assert.equal(await status({ authorization: `Bearer ${token}`, "x-forwarded-for": "203.0.113.9" }, guarded), 200);
  assert.equal(await status({ authorization: "Bearer another" }, guarded), 401);
});
