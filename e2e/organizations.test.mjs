// Inviting somebody, what they see, and their end in an organization; and a secret key from its making to its rotation.
import assert from "node:assert/strict";
import { test } from "node:test";
import { admin } from "./support/admin.mjs";
import { count } from "./support/api.mjs";
import { open, signIn } from "./support/browser.mjs";
import { pageViews } from "./support/events.mjs";
import { Instance } from "./support/instance.mjs";
import { linkTo } from "./support/mails.mjs";
import { prove } from "./support/proof.mjs";
import { until } from "./support/until.mjs";

const password = "a long enough sentence";

test("an invitation, from the mail to the end of the membership", async (context) => {
  const instance = await Instance.started(context);
  const api = await instance.claim();
  const owner = await signedIn(context, instance, admin.email, admin.password);
  const grace = await open(context);
  const settings = `${instance.url}/p/${api.project}/settings`;
  let link;

  await context.test("the owner invites an address as a viewer of the project in sight", async () => {
    await owner.goto(settings);
    await owner.getByRole("link", { name: "Invitations" }).click();
    await owner.getByText("Nobody is invited at the moment").waitFor();
    await owner.getByText("No mail server is set up").waitFor();
    await owner.getByLabel("Email").fill("grace@example.com");
    await owner.getByRole("button", { name: "Send invitation" }).click();

    const row = owner.getByRole("row", { name: /grace@example\.com/ });
    await row.getByText("My project: Viewer").waitFor();
    link = await linkTo(instance, "grace@example.com");
  });

  await context.test("sent again, the first link is void and the second one works", async () => {
    const first = link;
    await owner.getByRole("button", { name: "More: grace@example.com" }).click();
    await owner.getByRole("menuitem", { name: "Send again" }).click();
    await owner.getByText("Sent to grace@example.com again").waitFor();
    link = await until("another link", async () => {
      const newest = await linkTo(instance, "grace@example.com");
      return newest !== first && newest;
    });

    await grace.goto(first);
    await grace.getByRole("heading", { name: "This invitation does not work any more" }).waitFor();
  });

  await context.test("the link is refused to who is signed in with another address", async () => {
    await owner.goto(link);

    await owner.getByRole("heading", { name: "This invitation is for another address" }).waitFor();
    await owner.getByText(`You are signed in as ${admin.email}`).waitFor();
  });

  await context.test("the invited makes an account and comes into the project", async () => {
    await grace.goto("about:blank");
    await grace.goto(link);
    await grace.getByRole("heading", { name: "Join Analytical Engines" }).waitFor();
    await grace.getByText("grace@example.com is invited as a member").waitFor();
    await grace.getByLabel("First name").fill("Grace");
    await grace.getByLabel("Last name").fill("Hopper");
    await grace.getByLabel("Password", { exact: true }).fill(password);
    await grace.getByRole("button", { name: "Create account and join" }).click();

    await grace.waitForURL((url) => url.pathname.startsWith(`/p/${api.project}`));
    await grace.getByText("You belong to Analytical Engines now").waitFor();
  });

  await context.test("a viewer reads the settings, and is offered nothing that would be refused", async () => {
    await grace.goto(settings);
    await grace.getByText("You may look, but not change anything here.").waitFor();
    const nav = grace.getByRole("navigation", { name: "Settings" });
    assert.deepEqual(await nav.getByRole("link").allInnerTexts(), [
      "General",
      "Members",
      "API keys",
      "Client configurations",
      "Collection",
      "Roles and rights",
      "General",
    ]);
    await nav.getByRole("link", { name: "Members" }).click();
    await grace.getByRole("row", { name: /Grace Hopper.*Viewer/ }).waitFor();
    assert.equal(await grace.getByRole("button", { name: "Add to project" }).count(), 0);
    await nav.getByRole("link", { name: "API keys" }).click();
    await grace.getByText("No keys yet").waitFor();
    assert.equal(await grace.getByRole("button", { name: "New key" }).count(), 0);
  });

  await context.test("another role counts at once", async () => {
    await owner.goto(`${settings}/members`);
    await owner.getByRole("combobox", { name: "Role: Grace Hopper" }).or(owner.getByLabel("Role: Grace Hopper")).first().click();
    await owner.getByRole("option", { name: /^Editor/ }).click();
    await owner.getByText("Grace Hopper is Editor now").waitFor();

    await grace.goto(`${settings}/members`);
    await grace.getByRole("row", { name: /Grace Hopper.*Editor/ }).waitFor();
  });

  await context.test("removed from the organization, she sees it no more", async () => {
    await owner.getByRole("navigation", { name: "Settings" }).getByRole("link", { name: "Members" }).last().click();
    await owner.getByPlaceholder("Search by name or email").fill("hopper");
    await until("the search", async () => (await owner.getByRole("row").count()) === 2);
    await owner.getByRole("button", { name: "More: Grace Hopper" }).click();
    await owner.getByRole("menuitem", { name: "Remove" }).click();
    await owner.getByRole("button", { name: "Remove from organization" }).click();
    await owner.getByText("Grace Hopper was removed").waitFor();

    await grace.goto(`${instance.url}/p/${api.project}`);
    await grace.getByText("There is no such page").waitFor();
    await grace.goto(instance.url);
    await grace.getByText("You have no project yet").waitFor();
  });

  await context.test("invited again, she signs in first and comes back to one button", async () => {
    await owner.goto(`${settings}`);
    await owner.getByRole("link", { name: "Invitations" }).click();
    await owner.getByLabel("Email").fill("grace@example.com");
    await owner.getByRole("button", { name: "Send invitation" }).click();
    const before = link;
    link = await until("another link", async () => {
      const newest = await linkTo(instance, "grace@example.com");
      return newest !== before && newest;
    });

    await grace.context().clearCookies();
    await grace.goto(link);
    await grace.getByRole("link", { name: "Sign in first" }).click();
    assert.ok(!grace.url().includes("token"), "the token is in no address");
    await grace.getByLabel("Email or username").fill("grace@example.com");
    await grace.getByLabel("Password", { exact: true }).fill(password);
    await grace.getByRole("button", { name: "Sign in" }).click();
    await grace.getByRole("button", { name: "Join Analytical Engines" }).click();
    await grace.waitForURL((url) => url.pathname.startsWith(`/p/${api.project}`));
  });

  await context.test("an organization of one's own is reachable without a project", async () => {
    await grace.getByTitle("Switch project").first().click();
    await grace.getByRole("menuitem", { name: "New organization" }).click();
    await grace.getByLabel("Name").fill("Navy");
    await grace.getByRole("button", { name: "Create organization" }).click();
    await grace.getByRole("heading", { name: "Navy", level: 1 }).waitFor();
    await grace.getByText("No projects yet").first().waitFor();

    await grace.goto(instance.url);
    await grace.waitForURL((url) => url.pathname.startsWith(`/p/${api.project}`));
    await grace.getByTitle("Switch project").first().click();
    await grace.getByRole("menuitem", { name: "Navy: organization settings" }).click();
    await grace.getByRole("heading", { name: "Navy", level: 1 }).waitFor();
  });

  await context.test("ownership is handed on by password, and who handed it on can leave", async () => {
    await owner.goto(settings);
    await owner.getByRole("navigation", { name: "Settings" }).getByRole("link", { name: "General" }).last().click();
    await owner.getByRole("button", { name: "Leave organization" }).click();
    const dialog = owner.getByRole("dialog");
    await dialog.getByRole("button", { name: "Leave organization" }).click();
    await dialog.getByText("You are the only owner").waitFor();
    await dialog.getByRole("button", { name: "Cancel" }).click();

    await owner.getByRole("button", { name: "Transfer ownership" }).click();
    await dialog.getByRole("textbox", { name: "New owner" }).or(dialog.getByLabel("New owner")).first().click();
    await owner.getByRole("option", { name: /Grace Hopper/ }).click();
    await dialog.getByRole("button", { name: "Transfer ownership" }).click();
    await prove(owner);
    await owner.getByText("Grace Hopper is the owner now").waitFor();
    await owner.getByRole("button", { name: "Delete organization" }).waitFor({ state: "detached" });

    await owner.getByRole("button", { name: "Leave organization" }).click();
    await dialog.getByRole("button", { name: "Leave organization" }).click();
    await owner.getByText("You left Analytical Engines").waitFor();
    await owner.getByText("You have no project yet").waitFor();
  });

  await context.test("the new owner finds it all in the audit log", async () => {
    await grace.goto(`${settings}/audit`);
    await grace.waitForURL((url) => /^\/o\/[^/]+\/settings\/audit$/.test(url.pathname));
    await grace.getByText(/left the organization as/).first().waitFor();
  });
});

test("a secret key, from its making in the page to its rotation", async (context) => {
  const instance = await Instance.started(context);
  const api = await instance.claim();
  const sent = pageViews();
  await api.send(await api.key(), sent);
  const page = await signedIn(context, instance, admin.email, admin.password);
  const ask = (key) => askWith(instance, api.project, key);
  await page.goto(`${instance.url}/p/${api.project}/settings/keys`);
  let first;

  await context.test("made with the scope to ask, it reads an answer and no more", async () => {
    await page.getByRole("button", { name: "New key" }).click();
    await page.getByLabel("Name").fill("nightly report");
    await page.getByRole("radio", { name: /^Secret key/ }).check();
    await page.getByRole("button", { name: "Create key" }).click();
    await prove(page);
    first = await shownKey(page);

    await until("the events", async () => (await ask(first)).total === sent.length);
    const path = `${instance.url}/api/v1/projects/${api.project}/api_keys`;
    const refused = await fetch(path, { headers: { authorization: `Bearer ${first}` } });
    assert.equal(refused.status, 403);
    await page.getByRole("button", { name: "Done" }).click();
    await page.getByRole("row", { name: /nightly report.*1 scope/ }).waitFor();
  });

  await context.test("rotated with a grace, both secrets are accepted", async () => {
    const second = await rotate(page, "1 day");
    assert.equal((await ask(second)).total, sent.length);
    assert.equal((await ask(first)).status, 200);
    await page.getByText(/old secret until/).waitFor();
    first = second;
  });

  await context.test("rotated without one, the old secret is refused at once", async () => {
    const second = await rotate(page, "No longer: refused at once");
    assert.equal((await ask(first)).status, 401);
    assert.equal((await ask(second)).total, sent.length);
    first = second;
  });

  await context.test("switched off it is refused, and undone it is accepted", async () => {
    await page.getByRole("button", { name: "More: nightly report" }).click();
    await page.getByRole("menuitem", { name: "Switch off" }).click();
    await page.getByText("nightly report switched off").waitFor();
    assert.equal((await ask(first)).status, 401);

    await page.getByRole("button", { name: "Undo" }).click();
    await until("the key to be accepted", async () => (await ask(first)).status === 200);
  });

  await context.test("a configuration made in the page is what an SDK gets", async () => {
    await page.goto(`${instance.url}/p/${api.project}/settings/configs`);
    await page.getByRole("button", { name: "New configuration" }).click();
    await page.getByRole("textbox", { name: "Configuration" }).fill("{ no json");
    await page.getByText(/This is not JSON/).waitFor();
    assert.ok(await page.getByRole("button", { name: "Create configuration" }).isDisabled());
    await page.getByRole("textbox", { name: "Configuration" }).fill('{"checkout_v2": true}');
    await page.getByRole("button", { name: "Create configuration" }).click();
    await page.getByRole("row", { name: /default.*1 value/ }).waitFor();

    const answer = await fetch(`${instance.url}/api/v1/client_config?key=${await api.key("sdk")}`);
    assert.deepEqual(await answer.json(), { checkout_v2: true });
  });

  await context.test("a project is deleted by typing its name", async () => {
    await page.goto(`${instance.url}/p/${api.project}/settings`);
    await page.getByRole("button", { name: "Delete project" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText(`${sent.length} events`).waitFor();
    const button = dialog.getByRole("button", { name: "Delete project" });
    assert.ok(await button.isDisabled());
    await dialog.getByLabel("Type My project to confirm").fill("My project");
    await button.click();

    await page.getByText(`My project deleted. ${sent.length} events are being erased.`).waitFor();
    await page.getByText("You have no project yet").waitFor();
    assert.equal((await ask(first)).status, 401);
  });
});

async function signedIn(context, instance, email, secret) {
  const page = await open(context);
  await signIn(page, instance, { email, password: secret });
  await page.waitForURL((url) => url.pathname !== "/sign-in");
  return page;
}

function shownKey(page) {
  return until("the key to be shown", async () => {
    const text = await page.getByRole("dialog").innerText();
    return /rdxs_[\w-]{43}/.exec(text)?.[0];
  });
}

/** Rotates the key in sight and returns its new secret. */
async function rotate(page, grace) {
  await page.getByRole("button", { name: "More: nightly report" }).click();
  await page.getByRole("menuitem", { name: "Rotate" }).click();
  await page.getByRole("radio", { name: grace }).check();
  await page.getByRole("button", { name: "Make new secret" }).click();
  const key = await shownKey(page);
  await page.getByRole("button", { name: "Done" }).click();
  return key;
}

async function askWith(instance, project, key) {
  const response = await fetch(`${instance.url}/api/v1/projects/${project}/insights/run`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify({
      kind: "trends",
      series: [count()],
      range: { kind: "all" },
      interval: "month",
    }),
  });
  const answer = response.ok ? await response.json() : undefined;
  return { status: response.status, total: answer?.lines[0]?.total };
}
