// Others than the admin, who come by an invitation.
import { Api } from "./api.mjs";
import { linkTo } from "./mails.mjs";

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
