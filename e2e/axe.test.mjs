// Every page, wide and on a phone, light and dark, has no serious fault that axe knows.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { open, signIn } from "./support/browser.mjs";
import { Instance } from "./support/instance.mjs";
import { entrances, organizationPages, pages, places, schemes, settled, sizes } from "./support/pages.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

for (const [size, shape] of Object.entries(sizes)) {
  for (const colorScheme of schemes) {
    test(`no serious fault: ${size}, ${colorScheme}`, async (context) => {
      const instance = await Instance.started(context, { options: ["--demo"] });
      await instance.claim();
      const page = await open(context, { ...shape, colorScheme });
      const found = [];
      const look = async (name, address) => {
        await page.goto("about:blank");
        await page.goto(address);
        await settled(page);
        for (const fault of await faults(page)) found.push(`${name}: ${fault}`);
      };
      for (const [name, path] of Object.entries(entrances)) await look(name, instance.url + path);
      await signIn(page, instance);
      await page.waitForURL(/\/p\//);
      const me = await page.evaluate(async () => (await fetch("/api/v1/me")).json());
      const project = me.projects.find((one) => one.name === "Demo") ?? me.projects[0];
      for (const [name, path] of Object.entries(pages))
        await look(name, `${instance.url}/p/${project.id}${path}`);
      for (const [name, path] of Object.entries(organizationPages))
        await look(name, `${instance.url}/o/${me.organizations[0].id}/settings${path}`);
      for (const [name, path] of Object.entries(places)) await look(name, instance.url + path);
      assert.deepEqual(found, []);
    });
  }
}

/** Returns the serious faults of what is shown: the rule, and where. */
async function faults(page) {
  // Not as a tag: the page lets no foreign script in.
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() =>
    window.axe.run(document, { resultTypes: ["violations"], elementRef: false }),
  );
  const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  return serious.flatMap(({ id, nodes }) => nodes.slice(0, 3).map((node) => `${id} at ${node.target.join(" ")}`));
}
