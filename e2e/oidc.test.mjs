// Signing in with an account at a real OpenID Connect provider, in a browser.
import assert from "node:assert/strict";
import { test } from "node:test";
import { client, startProvider } from "./oidc-provider/provider.mjs";
import { admin } from "./support/admin.mjs";
import { open, signIn } from "./support/browser.mjs";
import { freePort, Instance } from "./support/instance.mjs";
import { linkTo } from "./support/mails.mjs";
import { proofDialog, prove } from "./support/proof.mjs";
import { until } from "./support/until.mjs";

const day = 24 * 60 * 60;

test("signing in with an OpenID Connect provider", async (context) => {
  const port = await freePort();
  const provider = await startProvider(context, `http://127.0.0.1:${port}/api/v1/sign_in/oidc/callback`);
  const options = [
    ["accounts.oidc.name", "Company"],
    ["accounts.oidc.issuer", provider.issuer],
    ["accounts.oidc.client_id", client.id],
    ["accounts.oidc.client_secret", client.secret],
    ["accounts.oidc.allow_private_addresses", "true"],
    ["accounts.allowed_email_domains", '["example.com"]'],
  ];
  const instance = Instance.create(context, {
    options: options.flatMap(([key, value]) => ["--set", `${key}=${value}`]),
  });
  instance.port = port;
  await instance.start();
  await instance.claim();

  /** Opens the sign-in page and goes to the provider and back under a name; no name says no there. */
  const signInThere = async (page, name, path = "/sign-in") => {
    await page.goto(instance.url + path);
    await page.getByRole("link", { name: "Continue with Company" }).click();
    await page.getByRole("heading", { name: "Company" }).waitFor();
    await page.getByLabel("Name").fill(name);
    await page.getByRole("button", { name: "Allow" }).click();
    await page.waitForURL((url) => url.origin === instance.url);
  };
  const me = (page) => page.evaluate(async () => (await fetch("/api/v1/me")).json());
  const refused = async (page, why) => {
    await page.getByText("You could not be signed in").waitFor();
    await page.getByText(why).waitFor();
    assert.equal((await me(page)).code, "not_signed_in");
  };

  await context.test("the first time makes an account, the second time finds it", async (test) => {
    const page = await open(test);
    await signInThere(page, "grace", "/sign-in?next=%2Fapi-reference");
    assert.equal(new URL(page.url()).pathname, "/api-reference");
    const first = await me(page);
    assert.equal(first.user.email, "grace@example.com");
    assert.deepEqual([first.user.first_name, first.user.last_name], ["grace", "Lovelace"]);

    const other = await open(test);
    await signInThere(other, "grace");
    assert.equal((await me(other)).user.id, first.user.id);
  });

  await context.test("a verified address connects the account that has it", async (test) => {
    const page = await open(test);
    const [name] = admin.email.split("@");
    await signInThere(page, name);
    assert.equal((await me(page)).user.email, admin.email);
    await instance.signIn();
  });

  await context.test("an address that the provider has not verified is worth nothing", async (test) => {
    const page = await open(test);
    await signInThere(page, "unverified-eve");
    await refused(page, "has not verified your email address");
  });

  await context.test("who says no at the provider is not signed in", async (test) => {
    const page = await open(test);
    await signInThere(page, "");
    await refused(page, "did not confirm who you are");
  });

  await context.test("another browser can't finish what this one began", async (test) => {
    const page = await open(test);
    const back = await wayBack(page.request, `${instance.url}/api/v1/sign_in/oidc`, "grace");
    const victim = await open(test);
    await victim.goto(back);
    await refused(victim, "begun in another window");

    await page.goto(back.replace(/state=[^&]+/, "state=tampered"));
    await refused(page, "begun in another window");
  });

  const lies = {
    "for another sign-in": { claims: { nonce: "another" } },
    "without a nonce": { claims: { nonce: undefined } },
    "for another client": { claims: { aud: "another" } },
    "for another client too": { claims: { aud: [client.id, "another"] } },
    "of another issuer": { claims: { iss: "https://evil.example" } },
    "of yesterday": { claims: { exp: Math.floor(Date.now() / 1000) - day } },
    "signed by somebody else": { foreignKey: true },
    "signed by nobody": { unsigned: true },
  };
  for (const [what, tamper] of Object.entries(lies)) {
    await context.test(`an identity token ${what} is not believed`, async (test) => {
      const page = await open(test);
      provider.tamper = tamper;
      try {
        await signInThere(page, "grace");
      } finally {
        provider.tamper = undefined;
      }
      await refused(page, "could not be believed");
    });
  }

  await context.test("an address of the page of somebody else is not gone to", async (test) => {
    const page = await open(test);
    await page.goto(`${instance.url}/api/v1/sign_in/oidc?next=//evil.example`);
    await page.getByLabel("Name").fill("grace");
    await page.getByRole("button", { name: "Allow" }).click();
    await page.waitForURL((url) => url.origin === instance.url);
    assert.equal((await me(page)).user.email, "grace@example.com");
  });

  await context.test("every sign-in proves to the provider who began it", async () => {
    const begun = await fetch(`${instance.url}/api/v1/sign_in/oidc`, { redirect: "manual" });
    assert.equal(begun.status, 303);
    const url = new URL(begun.headers.get("location"));
    assert.equal(url.origin, provider.issuer);
    assert.equal(url.searchParams.get("code_challenge_method"), "S256");
    assert.match(begun.headers.get("set-cookie"), /; HttpOnly; SameSite=Lax/);
    url.searchParams.delete("code_challenge");
    const without = await fetch(url, { redirect: "manual" });
    assert.match(without.headers.get("location"), /error=invalid_request/);
  });

  await context.test("somebody signed in connects and disconnects their account", async (test) => {
    const page = await open(test);
    await signIn(page, instance);
    await page.getByRole("heading", { name: "Home", level: 1 }).waitFor();
    await page.goto(`${instance.url}/account/security`);
    await page.getByRole("button", { name: "Disconnect" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Disconnect" }).click();
    await prove(page);
    await page.getByRole("button", { name: "Connect Company" }).click();
    await page.getByLabel("Name").fill("ada-at-work");
    await page.getByRole("button", { name: "Allow" }).click();
    await page.getByText("Connected with Company").waitFor();
    assert.equal(new URL(page.url()).pathname, "/account/security");

    const other = await open(test);
    await signInThere(other, "ada-at-work");
    assert.equal((await me(other)).user.email, admin.email);
  });

  await context.test("who has no password confirms at the provider what they have begun", async (test) => {
    const page = await open(test);
    await signInThere(page, "grace");
    await page.goto(`${instance.url}/account/profile`);
    await page.getByRole("button", { name: "Change", exact: true }).click();
    await page.getByLabel("New email").fill("hopper@example.com");
    await page.getByRole("button", { name: "Send confirmation" }).click();
    const opening = page.waitForEvent("popup");
    await proofDialog(page).getByRole("button", { name: "Continue with Company" }).click();
    const there = await opening;
    // Signed in there or not, they sign in again.
    await there.getByLabel("Name").fill("grace");
    await there.getByRole("button", { name: "Allow" }).click();
    await page.getByText("hopper@example.com replaces it").waitFor();
    await proofDialog(page).waitFor({ state: "detached" });
  });

  await context.test("a new password by mail tells of the provider, and disconnects it", async (test) => {
    const page = await open(test);
    await page.goto(`${instance.url}/forgot`);
    await page.getByLabel("Email").fill(admin.email);
    await page.getByRole("button", { name: "Send link" }).click();
    await page.getByRole("heading", { name: "Check your mail" }).waitFor();
    const link = await until("the link", async () => {
      const found = await linkTo(instance, admin.email);
      return found.includes("/reset#") && found;
    });
    await page.goto(link);
    await page.getByText(`For ${admin.email}.`).waitFor();
    await page.getByLabel("New password").fill("another long sentence");
    await page.getByLabel("Disconnect Company").check();
    await page.getByRole("button", { name: "Set password" }).click();
    await page.getByRole("heading", { name: "Your password is set" }).waitFor();
    await signInThere(page, "ada-at-work");
    assert.notEqual((await me(page)).user.email, admin.email);
  });
});

test("a provider that is away leaves the password", async (context) => {
  const options = [
    ["accounts.oidc.issuer", "http://127.0.0.1:1"],
    ["accounts.oidc.client_id", client.id],
    ["accounts.oidc.client_secret", client.secret],
    ["accounts.oidc.allow_private_addresses", "true"],
  ];
  const instance = await Instance.started(context, {
    options: options.flatMap(([key, value]) => ["--set", `${key}=${value}`]),
  });
  await instance.claim();
  const page = await open(context);
  await page.goto(`${instance.url}/sign-in`);
  await page.getByRole("link", { name: "Continue with OpenID Connect" }).click();
  await page.getByText("The provider could not be reached").waitFor();
  await page.getByLabel("Email").fill(admin.email);
  await page.getByLabel("Password", { exact: true }).fill(admin.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Home", level: 1 }).waitFor();
});

/** Goes to the provider with the cookies of a browser, and returns where that would be sent back to. */
async function wayBack(browser, begin, name) {
  let [url, form] = [begin];
  while (!url.includes("/callback?")) {
    const answer = await browser.fetch(url, { method: form ? "POST" : "GET", form, maxRedirects: 0 });
    const location = answer.headers().location;
    form = location ? undefined : { name };
    url = location ? new URL(location, url).href : url;
  }
  return url;
}
