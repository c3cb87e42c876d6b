// Somebody says who they are and two people become one; the page shows it, and takes it out again.
import assert from "node:assert/strict";
import { test } from "node:test";
import { open, signIn } from "./support/browser.mjs";
import { Instance } from "./support/instance.mjs";
import { invite } from "./support/invitation.mjs";
import { until } from "./support/until.mjs";

const anonymous = "anon-81f2b7c4-5d06-4e9a-8c33-0f1e2d3c4b5a";
const tablet = "tablet";
const known = "ada@example.com";

test("merged people", async (context) => {
  const instance = await Instance.started(context);
  const api = await instance.claim();
  const key = await api.key();
  const page = await open(context);
  await signIn(page, instance);
  await page.waitForURL(/\/p\//);
  const address = `${instance.url}/p/${api.project}/merges`;
  const table = page.getByRole("table", { name: "Merged people" });
  const row = (from) => table.getByRole("row", { name: `${from} became ${known}` });
  const button = (from) => page.getByRole("button", { name: `Undo: ${from} became ${known}` });

  const listed = async (id) => {
    const of = id === undefined ? "" : `?user_id=${encodeURIComponent(id)}`;
    return (await api.get(`/api/v1/projects/${api.project}/person_merges${of}`)).items;
  };
  const identify = (from) =>
    api.send(key, [{ event: "$identify", distinct_id: known, properties: { $anon_distinct_id: from } }]);
  /** The ids of each person who has events. */
  const people = async () => {
    const { items } = await api.get(`/api/v1/projects/${api.project}/events`);
    const idsOf = new Map(items.map((event) => [event.person_id, new Set()]));
    for (const event of items) idsOf.get(event.person_id).add(event.user_id);
    return [...idsOf.values()].map((ids) => [...ids].sort().join(" ")).sort();
  };
  const become = (what, expected) =>
    until(what, async () => {
      assert.deepEqual(await people(), expected);
      return true;
    });

  await context.test("an empty page says what a merge is and how it comes about", async () => {
    await page.goto(address);
    await page.getByText("Nobody has been merged yet").waitFor();
    await page.getByText("when somebody says who they are (identify)").waitFor();
    await page.locator("main").getByRole("link", { name: "Send events" }).waitFor();
  });

  await context.test("who said who they are is one person, and the page says so", async () => {
    const view = (id) => ({ event: "$pageview", distinct_id: id });
    await api.send(key, [view(anonymous), view(anonymous), view(tablet), view(known)]);
    await identify(anonymous);
    await identify(tablet);
    await become("all three ids to be one person", [[known, anonymous, tablet].sort().join(" ")]);
    await page.reload();
    await row(tablet).waitFor();
    const text = await row(anonymous).innerText();
    assert.match(text, /anon-81f2b7c4-5d0…0f1e2d3c4b5a became ada@example\.com/);
    assert.match(text, /Identification\s+said who they are/);
    assert.match(text, /Holds/);
    assert.equal(
      await row(anonymous).getByRole("link", { name: anonymous }).getAttribute("title"),
      `Events of ${anonymous}`,
    );
  });

  await context.test("the merges of one id are found, and the address keeps it", async () => {
    const field = page.getByRole("searchbox", { name: "Find by a whole id" });
    await field.fill("anon-81f");
    await page.getByText("No merge names this id").waitFor();
    await field.fill(anonymous);
    await row(anonymous).waitFor();
    assert.equal(await table.getByRole("row").count(), 2, "the head and one merge");
    await page.reload();
    await row(anonymous).waitFor();
    assert.equal(await field.inputValue(), anonymous);
    await field.fill("nobody");
    await page.getByRole("button", { name: "Show all merges" }).click();
    await row(tablet).waitFor();
    assert.equal(await field.inputValue(), "");
  });

  await context.test("what comes of undoing is said first, and leaving undoes nothing", async () => {
    await button(anonymous).click();
    const dialog = page.getByRole("dialog", { name: "Undo this merge" });
    await dialog
      .getByText(`${anonymous} and ${known} become two people again, each with all their events`)
      .waitFor();
    await dialog.getByText("Merges that were said later hold").waitFor();
    await dialog.getByText("An event that says the same again merges them again.").waitFor();
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await dialog.waitFor({ state: "detached" });
    assert.equal((await listed(anonymous))[0].undone_at, undefined);
  });

  await context.test("undone by keyboard, they are two people with all their events", async () => {
    await button(anonymous).focus();
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: "Undo this merge" });
    const cancel = dialog.getByRole("button", { name: "Cancel" });
    await until("the focus to be in the dialog", () =>
      cancel.evaluate((element) => element === document.activeElement),
    );
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page
      .getByText("The merge of anon-81f2b7c4-5d0…0f1e2d3c4b5a into ada@example.com is undone.")
      .waitFor();
    await row(anonymous).getByText("Undone").waitFor();
    assert.equal(await button(anonymous).count(), 0);
    const focused = await page.evaluate(() => document.activeElement?.textContent);
    assert.match(focused, /^Undone/, "the focus is where the button was");
    await row(tablet).getByText("Holds").waitFor();

    assert.ok((await listed(anonymous))[0].undone_at);
    assert.deepEqual(await people(), [`${known} ${tablet}`, anonymous].sort());
    const own = (await api.get(`/api/v1/projects/${api.project}/events?person=${anonymous}`)).items;
    assert.equal(own.length, 2);
  });

  await context.test("the log tells who undid it", async () => {
    const log = await api.get("/api/v1/audit_logs?action=person_merge.");
    assert.deepEqual(
      log.items.map(({ action, details }) => [action, details.from, details.into]),
      [["person_merge.undo", anonymous, known]],
    );
    const me = await api.get("/api/v1/me");
    await page.goto(`${instance.url}/o/${me.organizations[0].id}/settings/audit`);
    await page.getByText("undid a merge of people").first().waitFor();
  });

  await context.test("an event that says the same again merges them again", async () => {
    // Until the drainer has learned of the undoing, the event says nothing new to it.
    await until(
      "the two to be one again",
      async () => {
        await identify(anonymous);
        return (await listed(anonymous)).length === 2;
      },
      { every: 1000 },
    );
    await become("all ids to be one person", [[known, anonymous, tablet].sort().join(" ")]);
    await page.goto(`${address}?user_id=${anonymous}`);
    await table.getByText("Holds").waitFor();
    await table.getByText("Undone").waitFor();
  });

  await context.test("keys lead there, and an id leads to its events", async () => {
    await page.goto(`${instance.url}/p/${api.project}/live`);
    await page.getByRole("button", { name: "Pause" }).waitFor();
    await page.keyboard.press("g");
    await page.keyboard.press("m");
    await page.getByRole("heading", { name: "Merged people", level: 1 }).waitFor();
    await row(tablet).getByRole("link", { name: tablet }).click();
    await page.waitForURL(/\/live\?person=tablet/);
  });

  await context.test("a viewer reads it, and is offered no undoing", async () => {
    const grace = await invite(instance, api, "grace@example.com", [
      { project_id: api.project, role: "viewer" },
    ]);
    const hers = await opened(grace);
    await hers.getByRole("rowheader", { name: `${tablet} became ${known}` }).waitFor();
    assert.equal(await hers.getByRole("button", { name: /^Undo/ }).count(), 0);
  });

  await context.test("who may not see people, or some rows only, is told so", async () => {
    const [organization] = (await api.get("/api/v1/me")).organizations;
    const path = `/api/v1/organizations/${organization.id}`;
    const allowed = (resource) => ({ resource, action: "view" });
    const roles = {
      "Merges are about all people of the project": {
        name: "Some rows",
        permissions: [allowed("project"), allowed("events"), allowed("people")],
        row_rules: [{ property: "region", allowed_values: ["EU"] }],
      },
      "You may not see this": { name: "No people", permissions: [allowed("project"), allowed("events")] },
    };
    for (const [told, asked] of Object.entries(roles)) {
      const role = await api.post(`${path}/roles`, asked);
      const member = await invite(instance, api, `${asked.name.replace(" ", "-").toLowerCase()}@example.com`);
      await api.post(`${path}/role_assignments`, {
        user_id: member.id,
        role_id: role.id,
        project_id: api.project,
      });
      const theirs = await opened(member);
      await theirs.getByText(told).waitFor();
    }
  });

  async function opened(member) {
    const theirs = await open(context);
    await signIn(theirs, instance, member);
    await theirs.waitForURL((url) => url.pathname !== "/sign-in");
    await theirs.goto(address);
    await theirs.getByRole("heading", { name: "Merged people", level: 1 }).waitFor();
    return theirs;
  }
});
