import type { OrganizationRole } from "../../../api/types";

/** Returns the roles that somebody may give: owners are made by owners. */
export function rolesFor(mine: OrganizationRole): readonly OrganizationRole[] {
  return mine === "owner" ? ["member", "admin", "owner"] : ["member", "admin"];
}

/** Tells whether somebody may change what a member is, or remove them; oneself one leaves or hands on. */
export function mayChange(
  mine: OrganizationRole,
  member: { user_id: string; role: OrganizationRole },
  me: string,
): boolean {
  if (member.user_id === me || mine === "member") return false;
  return member.role !== "owner" || mine === "owner";
}
