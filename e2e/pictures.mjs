// Takes a picture of every page of a running server: wide and phone, light and dark.
// Usage: node pictures.mjs http://127.0.0.1:8080 EMAIL PASSWORD FOLDER [PROJECT]; ONLY is a pattern of names.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { launch, signIn } from "./support/browser.mjs";

const sizes = {
  wide: { viewport: { width: 1440, height: 900 } },
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true },
};
const schemes = ["light", "dark"];

const twoSeries = encodeURIComponent(
  JSON.stringify([{ event: "$pageview" }, { event: "$pageview", measure: "count" }]),
);
const pages = {
  home: "",
  "home-90-days": "?range=90d",
  "home-all": "?range=all",
  explore: "/explore",
  "explore-by-browser": "/explore?by=$browser",
  "explore-two-series": `/explore?series=${twoSeries}&range=90d&compare=true`,
  "explore-stacked": "/explore?by=$country&chart=stacked&range=90d&interval=%22week%22",
  "explore-ring": "/explore?by=$device_type&chart=pie",
  "explore-numbers": `/explore?series=${twoSeries}&chart=number`,
  "explore-all-traffic": "/explore?traffic=all&by=$traffic",
  live: "/live",
  "live-bots": "/live?traffic=bots",
  catalogue: "/catalogue",
  "catalogue-properties": "/catalogue?tab=properties",
  send: "/send",
  merges: "/merges",
  "merges-none-found": "/merges?user_id=nobody",
  refused: "/refused",
  "refused-warnings": "/refused?tab=warnings",
  "send-segment": "/send?with=segment-node",
  ingestion: "/ingestion",
  "ingestion-week": "/ingestion?span=7d",
  settings: "/settings",
  "settings-members": "/settings/members",
  "settings-keys": "/settings/keys",
  "settings-configs": "/settings/configs",
  "settings-collection": "/settings/collection",
  "organization-audit": "/settings/audit",
  roles: "/settings/rights",
  "role-editor": "/settings/rights?role=new&edit=true",
  "roles-given": "/settings/rights?tab=people",
  folders: "/settings/rights?tab=folders",
  why: "/settings/rights?tab=why",
};

// Places outside of a project.
const places = {
  "api-reference": "/api-reference",
  profile: "/account/profile",
  security: "/account/security",
  "admin-settings": "/admin/settings",
  "admin-accounts": "/admin/users",
  "admin-nobody-found": "/admin/users?search=zzzz",
  "admin-organizations": "/admin/organizations",
  "admin-log": "/admin/logs",
  "admin-audit": "/admin/audit",
  "not-found": "/p/no-such-project",
};

// Places of the first organization.
const organizationPages = {
  organization: "",
  "organization-members": "/members",
  "organization-invitations": "/invitations",
};

// Places for people who are not signed in.
const entrances = {
  "sign-in": "/sign-in",
  register: "/register",
  forgot: "/forgot",
  verify: "/verify#token=x",
  reset: "/reset#token=x",
  "link-broken": "/reset",
};

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

/** Waits until nothing is loaded and nothing moves; pages that always look for news never quite rest. */
async function settled(page) {
  await page.waitForLoadState("networkidle", { timeout: 4_000 }).catch(() => undefined);
  await page
    .locator("[aria-busy=true]")
    .first()
    .waitFor({ state: "detached", timeout: 4_000 })
    .catch(() => undefined);
  // What pulses for ever is not waited for.
  await page.evaluate(async () => {
    const ending = document
      .getAnimations()
      .filter((one) => Number.isFinite(one.effect?.getComputedTiming().endTime));
    await Promise.allSettled(ending.map((one) => one.finished));
  });
  await page.waitForTimeout(350);
}
