// Whoever can't see the page hears it: every control has a name, every place a heading, and no page scrolls sideways.
import assert from "node:assert/strict";
import { test } from "node:test";
import { admin } from "./support/admin.mjs";
import { open } from "./support/browser.mjs";
import { pageViews } from "./support/events.mjs";
import { Instance } from "./support/instance.mjs";

const places = {
  Home: "",
  Explore: "/explore?by=$browser&compare=true",
  "Live events": "/live",
  "Send events": "/send",
  "Merged people": "/merges",
  "Refused events": "/refused",
  "My project": "/settings",
  Members: "/settings/members",
  "API keys": "/settings/keys",
  "Client configurations": "/settings/configs",
  "Roles and rights": "/settings/rights",
  "Audit log": "/settings/audit",
};
const controls =
  "button|link|textbox|combobox|searchbox|checkbox|switch|menuitem|option|tab|radio|slider|spinbutton";
const unnamed = new RegExp(`^\\s*- (?:${controls})(?: \\[[^\\]]*\\])*:?$`, "gm");

test("names", async (context) => {
  const instance = await Instance.started(context);
  const api = await instance.claim();
  const key = await api.key();
  await api.send(key, [...pageViews(), ...merges()]);

  for (const [size, options] of Object.entries({
    wide: {},
    phone: { viewport: { width: 390, height: 844 } },
  })) {
    const page = await open(context, options);
    await page.goto(`${instance.url}/sign-in`);
    await named(page);
    await page.getByLabel("Email").fill(admin.email);
    await page.getByLabel("Password", { exact: true }).fill(admin.password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForURL(/\/p\//);

    for (const [heading, path] of Object.entries(places)) {
      await context.test(`every control of ${heading} has one (${size})`, async () => {
        await page.goto(`${instance.url}/p/${api.project}${path}`);
        await page.getByRole("heading", { name: heading, level: 1 }).waitFor();
        await page.waitForLoadState("networkidle");

        await named(page);
        await fits(page);
      });
    }
  }
});

/** One of them with ids as long as they are kept. */
function merges() {
  const identify = (into, from) => ({
    event: "$identify",
    distinct_id: into,
    properties: { $anon_distinct_id: from },
  });
  return [identify("ada", "anon-1"), identify("w".repeat(200), "m".repeat(200))];
}

async function named(page) {
  const snapshot = await page.locator("body").ariaSnapshot();
  const found = [...snapshot.matchAll(unnamed)].map((match) =>
    snapshot.slice(Math.max(0, match.index - 200), match.index + 200),
  );
  assert.equal(found.length, 0, `controls without a name:\n${found.join("\n…\n")}`);
}

async function fits(page) {
  const excess = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  assert.ok(excess <= 0, `the page is ${excess} px wider than the window`);
}
