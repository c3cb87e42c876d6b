// Takes a picture of every page of a running server: wide and phone, light and dark.
// Usage: node pictures.mjs http://127.0.0.1:8080 EMAIL PASSWORD FOLDER [PROJECT]; ONLY is a pattern of names.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { launch, signIn } from "./support/browser.mjs";
import { entrances, organizationPages, pages, places, schemes, settled, sizes } from "./support/pages.mjs";

const [url, email, password, folder, project] = process.argv.slice(2);
if (!folder) {
  console.error("usage: node pictures.mjs URL EMAIL PASSWORD FOLDER [PROJECT]");
  process.exit(2);
}
const only = new RegExp(process.env.ONLY ?? "");
mkdirSync(folder, { recursive: true });
const browser = await launch();
try {
  for (const [size, shape] of Object.entries(sizes)) {
    for (const colorScheme of schemes)
      await takeAll(`${size}-${colorScheme}`, { ...shape, colorScheme, locale: "en-GB" });
  }
} finally {
  await browser.close();
}

async function takeAll(kind, options) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  page.on("pageerror", (error) => console.error(`${kind} ${page.url()}: ${error.message}`));
  page.on(
    "console",
    (message) => message.type() === "error" && console.error(`${kind} ${page.url()}: ${message.text()}`),
  );
  for (const [name, path] of chosen(entrances)) {
    await page.goto("about:blank");
    await page.goto(url + path);
    await take(page, kind, name);
  }
  await signIn(page, { url }, { email, password });
  await page.waitForURL(/\/p\//);
  const home = project ? `${url}/p/${project}` : page.url().replace(/\?.*/, "").replace(/\/$/, "");
  for (const [name, path] of chosen(pages)) {
    await page.goto(home + path);
    await take(page, kind, name);
  }
  const me = await page.evaluate(async () => (await fetch("/api/v1/me")).json());
  for (const [name, path] of chosen(organizationPages)) {
    await page.goto(`${url}/o/${me.organizations[0].id}/settings${path}`);
    await take(page, kind, name);
  }
  for (const [name, path] of chosen(places)) {
    await page.goto(url + path);
    await take(page, kind, name);
  }
  if (!only.test("palette")) return context.close();
  await page.goto(home);
  await settled(page);
  await page.keyboard.press("Control+k");
  await take(page, kind, "palette");
  await context.close();
}

function chosen(pages) {
  return Object.entries(pages).filter(([name]) => only.test(name));
}

async function take(page, kind, name) {
  await settled(page);
  const path = join(folder, `${name}-${kind}.png`);
  const { width, height } = page.viewportSize();
  const [wide, high] = await page.evaluate(() => {
    const { scrollWidth, scrollHeight } = document.documentElement;
    return [scrollWidth, scrollHeight];
  });
  // A window as long as the page: what sticks to its lower edge then covers nothing.
  if (kind.startsWith("phone"))
    await page.setViewportSize({ width, height: Math.min(8_000, Math.max(height, high)) });
  await page.screenshot({ path });
  await page.setViewportSize({ width, height });
  console.log(wide > width ? `${path} (scrolls sideways by ${wide - width} px)` : path);
}
