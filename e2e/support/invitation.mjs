// Others than the admin, who come by an invitation.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Api } from "./api.mjs";
import { until } from "./until.mjs";

/** Returns the link of the newest invitation of an address, from the folder that mails are written to. */
export function linkTo(instance, email) {
  const folder = join(instance.data, "mail");
  return until(`the invitation of ${email}`, () => {
    const names = readdirSync(folder).filter((name) => name.endsWith(".eml"));
    const links = names.sort().map((name) => {
      const text = readFileSync(join(folder, name), "utf8")
        .replaceAll(/=\r?\n/g, "")
        .replaceAll("=3D", "=");
      return text.includes(`To: ${email}`) && /\/invitation#token=[\w-]+/.exec(text)?.[0];
    });
    const last = links.filter(Boolean).at(-1);
    return last && instance.url + last;
  });
}

/** Makes somebody a member of the admin's organization, with a role in some of its projects, and returns who they are. */
export async function invite(instance, api, email, projects = []) {
  const [organization] = (await api.get("/api/v1/me")).organizations;
  const path = `/api/v1/organizations/${organization.id}`;
  await api.post(`${path}/invitations`, { email, role: "member", projects });
  const token = (await linkTo(instance, email)).split("#token=")[1];
  const password = "a long enough sentence";
  const account = { first_name: "", last_name: "", password };
  await new Api(instance.url).post(`/api/v1/invitations/${token}/accept`, account);
  const { items } = await api.get(`${path}/members`);
  return { id: items.find((member) => member.email === email).user_id, email, password };
}
