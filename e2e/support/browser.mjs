// Debian's Chromium, driven by playwright-core.
import { existsSync } from "node:fs";
import { chromium } from "playwright-core";
import { admin } from "./admin.mjs";

const flags = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const places = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser"];

/** Starts a browser. */
export function launch() {
  const executablePath = places.find((path) => path && existsSync(path));
  if (!executablePath)
    throw new Error("Chromium is missing: install it, or name it by the variable CHROMIUM");
  return chromium.launch({ executablePath, args: flags });
}

/** Opens an empty browser window; `test` closes it, and fails on scripts that threw and requests that leave the machine. */
export async function open(test, options = {}) {
  const browser = await launch();
  const context = await browser.newContext({
    locale: "en-GB",
    timezoneId: "UTC",
    viewport: { width: 1440, height: 900 },
    ...options,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const wrongs = [];
  page.on("pageerror", (error) => wrongs.push(`a script threw: ${error.stack ?? error}`));
  page.on("request", (request) => {
    const { hostname, protocol } = new URL(request.url());
    if (protocol.startsWith("http") && hostname !== "127.0.0.1")
      wrongs.push(`a foreign host was asked: ${request.url()}`);
  });
  test.after(async () => {
    await browser.close();
    if (wrongs.length > 0) throw new Error(wrongs.join("\n"));
  });
  return page;
}

/** Signs in through the page; what it leads to is for the caller to wait for. */
export async function signIn(page, instance, { email, password } = admin) {
  await page.goto(`${instance.url}/sign-in`);
  await page.getByLabel("Email or username").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}
