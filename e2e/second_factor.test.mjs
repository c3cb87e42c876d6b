// A second factor in the page: set it up, sign in with it, lose the phone, turn it off.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { open, signIn } from "./support/browser.mjs";
import { Instance } from "./support/instance.mjs";
import { proofDialog, prove } from "./support/proof.mjs";
import { totp } from "./support/totp.mjs";

test("a second factor", async (context) => {
  const instance = await Instance.started(context);
  await instance.claim();
  const page = await open(context);
  let secret;
  let codes;

  const isHome = () => page.getByRole("heading", { name: "Home", level: 1 }).waitFor();
  const leave = async () => {
    await page.context().clearCookies();
    await signIn(page, instance);
    await page.getByRole("heading", { name: "Enter your code" }).waitFor();
  };

  await context.test("a code of the app turns it on, and recovery codes are shown", async () => {
    await signIn(page, instance);
    await isHome();
    await page.goto(`${instance.url}/account/security`);
    await page.getByRole("button", { name: "Set up" }).click();
    const asked = proofDialog(page);
    await asked.getByLabel("Your password").fill("wrong password");
    await asked.getByRole("button", { name: "Confirm" }).click();
    await asked.getByText("This password is wrong.").waitFor();
    await prove(page);
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("img", { name: "QR code for an authenticator app" }).waitFor();
    secret = await dialog.locator("code").innerText();
    await dialog.getByLabel("Code from the app").fill("000000");
    await dialog.getByRole("button", { name: "Turn on" }).click();
    await dialog.getByText("This code is wrong or was used before.").waitFor();
    await dialog.getByLabel("Code from the app").fill(totp(secret));
    await dialog.getByRole("button", { name: "Turn on" }).click();
    await dialog.getByRole("list", { name: "Recovery codes" }).waitFor();
    codes = await dialog.getByRole("listitem").allInnerTexts();
    assert.equal(new Set(codes).size, 10);

    const download = page.waitForEvent("download");
    await dialog.getByRole("link", { name: "Download" }).click();
    const text = readFileSync(await (await download).path(), "utf8");
    assert.ok(codes.every((code) => text.includes(code)));
    await dialog.getByRole("button", { name: "I have kept them" }).click();
    await page.getByText("10 of 10 recovery codes left").waitFor();
  });

  await context.test("sign-in asks for a code", async () => {
    await leave();
    await page.getByLabel("Code").fill("000000");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("This code is wrong or was used before.").waitFor();
    // A code is good once: this is the one after the first, whenever half a minute ends.
    await page.getByLabel("Code").fill(totp(secret, 1));
    await page.getByRole("button", { name: "Sign in" }).click();
    await isHome();
  });

  await context.test("a recovery code signs in once", async () => {
    await leave();
    await page.getByLabel("Code").fill(codes[0]);
    await page.getByRole("button", { name: "Sign in" }).click();
    await isHome();
    await leave();
    await page.getByLabel("Code").fill(codes[0]);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("This code is wrong or was used before.").waitFor();
    await page.getByLabel("Code").fill(codes[1]);
    await page.getByRole("button", { name: "Sign in" }).click();
    await isHome();
  });

  await context.test("new recovery codes end the old ones, and it can be turned off", async () => {
    await page.goto(`${instance.url}/account/security`);
    await page.getByText("8 of 10 recovery codes left").waitFor();
    await page.getByRole("button", { name: "New recovery codes" }).click();
    const question = page.getByRole("dialog", { name: "Make new recovery codes?" });
    await question.getByRole("button", { name: "Make new codes" }).click();
    // Whoever thinks better of it has changed nothing, and is where they were.
    await proofDialog(page).getByLabel("Your password").press("Escape");
    await question.getByText("it was not confirmed that it is you").waitFor();
    await question.getByRole("button", { name: "Make new codes" }).click();
    await prove(page, { code: codes[2] });
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("list", { name: "Recovery codes" }).waitFor();
    const renewed = await dialog.getByRole("listitem").allInnerTexts();
    assert.ok(renewed.every((code) => !codes.includes(code)));
    await dialog.getByRole("button", { name: "I have kept them" }).click();

    await page.getByRole("button", { name: "Turn off" }).click();
    // Confirmed a moment ago, it is not asked for again.
    await dialog.getByRole("button", { name: "Turn off" }).click();
    await page.getByText("Two-factor sign-in is off").waitFor();
    await page.context().clearCookies();
    await signIn(page, instance);
    await isHome();
  });
});
