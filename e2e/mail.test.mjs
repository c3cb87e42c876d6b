// Accounts by mail, through the SMTP of a real mail server program.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { open, signIn } from "./support/browser.mjs";
import { Instance } from "./support/instance.mjs";
import { until } from "./support/until.mjs";

const password = "a long enough sentence";
const open_to = "accounts.allowed_email_domains=[\"radix-int.com\"]";

test("an account from its first mail to a new password, over SMTP", async (context) => {
  const sink = await Sink.start(context);
  const options = ["--set", `mail.smtp_url=smtp://radix:open%20sesame@127.0.0.1:${sink.port}`, "--set", open_to];
  const instance = await Instance.started(context, { options });
  await instance.claim();
  const page = await open(context);
  const address = "grace@radix-int.com";

  await page.goto(`${instance.url}/register`);
  await page.getByLabel("Email").fill(address);
  await page.getByRole("button", { name: "Create account" }).click();
  await page.getByRole("heading", { name: "Check your mail" }).waitFor();
  const first = await sink.mail("Confirm your e-mail address");
  assert.deepEqual([first.to, first.user], [[address], "radix"]);
  assert.ok(first.html.includes(linkIn(first)), "both parts hold the link");

  await signIn(page, instance, { email: address, password });
  await page.getByText("Email or password is wrong").waitFor();

  await page.goto(linkIn(first).replace(/^https?:\/\/[^/]+/, instance.url));
  await page.getByLabel("First name").fill("Grace");
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Set password" }).click();
  await page.getByRole("heading", { name: "Your account is ready" }).waitFor();
  await signIn(page, instance, { email: address, password });
  await page.waitForURL((url) => url.pathname === "/");

  await page.context().clearCookies();
  await page.goto(`${instance.url}/forgot`);
  await page.getByLabel("Email").fill(address);
  await page.getByRole("button", { name: "Send link" }).click();
  await page.getByRole("heading", { name: "Check your mail" }).waitFor();
  const second = await sink.mail("Set a new password");
  await page.goto(linkIn(second).replace(/^https?:\/\/[^/]+/, instance.url));
  await page.getByLabel("New password").fill("another long sentence");
  await page.getByRole("button", { name: "Set password" }).click();
  await page.getByRole("heading", { name: "Your password is set" }).waitFor();
  await sink.mail("Your password was changed");

  await signIn(page, instance, { email: address, password });
  await page.getByText("Email or password is wrong").waitFor();
  await signIn(page, instance, { email: address, password: "another long sentence" });
  await page.waitForURL((url) => url.pathname === "/");
});

test("without a mail server, mails are files that only their owner may read", async (context) => {
  const instance = await Instance.started(context, { options: ["--set", open_to] });
  await instance.claim();
  const body = JSON.stringify({ email: "grace@radix-int.com" });
  const headers = { "content-type": "application/json" };
  const answer = await fetch(`${instance.url}/api/v1/accounts`, { method: "POST", headers, body });
  assert.equal(answer.status, 202);
  const folder = join(instance.data, "mail");
  const [name] = await until("a mail in the folder", () => {
    const names = readdirSync(folder).filter((name) => name.endsWith(".eml"));
    return names.length > 0 && names;
  });
  assert.match(readFileSync(join(folder, name), "utf8"), /To: grace@radix-int\.com/);
  assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600);
});

function linkIn(mail) {
  return /https?:\/\/\S+#token=\S+/.exec(mail.text)[0];
}

/** The mail server program, with the mails it got. */
class Sink {
  static async start(context) {
    const program = fileURLToPath(new URL("mail_sink.py", import.meta.url));
    const child = spawn(process.env.PYTHON, [program], { stdio: ["ignore", "pipe", "inherit"] });
    context.after(() => child.kill());
    const sink = new Sink();
    createInterface({ input: child.stdout }).on("line", (line) => {
      const told = JSON.parse(line);
      if (told.port) sink.port = told.port;
      else sink.mails.push(told);
    });
    await until("the mail server", () => sink.port);
    return sink;
  }

  mails = [];

  mail(subject) {
    return until(`the mail “${subject}”`, () => this.mails.find((mail) => mail.subject === subject));
  }
}
