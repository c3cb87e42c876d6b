// The folder that a server without a mail server writes its mails to.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { until } from "./until.mjs";

/** Waits for a mail to an address, and returns the link that the newest one has, on the server's real address. */
export function linkTo(instance, email) {
  const folder = join(instance.data, "mail");
  return until(`a mail to ${email}`, () => {
    const names = readdirSync(folder).filter((name) => name.endsWith(".eml"));
    const texts = names.sort().map((name) => textOf(join(folder, name)));
    const newest = texts.filter((text) => text.includes(`To: ${email}`)).at(-1);
    const link = newest?.match(/https?:\/\/[^\s"<]+#token=[\w-]+/)[0];
    return link?.replace(/^https?:\/\/[^/]+/, instance.url);
  });
}

/** Reads a mail; long lines are broken by a sign at their end. */
function textOf(path) {
  return readFileSync(path, "utf8")
    .replaceAll(/=\r?\n/g, "")
    .replaceAll("=3D", "=");
}
