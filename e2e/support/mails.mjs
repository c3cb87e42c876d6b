// The folder that a server without a mail server writes its mails to.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { until } from "./until.mjs";

/** Waits for mails to an address, and returns them oldest first: the path of each, and its text. */
export function mailsTo(instance, email) {
  const folder = join(instance.data, "mail");
  return until(`a mail to ${email}`, () => {
    const names = readdirSync(folder).filter((name) => name.endsWith(".eml"));
    const mails = names.sort().map((name) => ({ path: join(folder, name), text: textOf(join(folder, name)) }));
    const theirs = mails.filter((mail) => mail.text.includes(`To: ${email}`));
    return theirs.length > 0 && theirs;
  });
}

/** Returns the link that the newest mail to an address has, on the server's real address. */
export async function linkTo(instance, email) {
  const [newest] = (await mailsTo(instance, email)).reverse();
  return newest.text.match(/https?:\/\/[^\s"<]+#token=[\w-]+/)[0].replace(/^https?:\/\/[^/]+/, instance.url);
}

/** Reads a mail; long lines are broken by a sign at their end. */
function textOf(path) {
  return readFileSync(path, "utf8")
    .replaceAll(/=\r?\n/g, "")
    .replaceAll("=3D", "=");
}
