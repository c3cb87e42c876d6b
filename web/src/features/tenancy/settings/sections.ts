import type { OrganizationSummary, ProjectSummary } from "../../../api/types";
import { t } from "../../../texts/texts";
import type { IconName } from "../../../ui/iconPaths";

/** What is set for a project, in the order of the list; `needs` says who is offered it. */
const ofProject = [
  { to: "/p/$project/settings", label: t.settings.general, icon: "settings", needs: "project:view" },
  {
    to: "/p/$project/settings/members",
    label: t.settings.members,
    icon: "users",
    needs: "project_members:view",
  },
  { to: "/p/$project/settings/keys", label: t.settings.keys, icon: "key", needs: "api_keys:view" },
  {
    to: "/p/$project/settings/configs",
    label: t.settings.configs,
    icon: "code",
    needs: "client_configs:view",
  },
  {
    to: "/p/$project/settings/collection",
    label: t.collection.settings.title,
    icon: "filter",
    needs: "project:view",
  },
  { to: "/p/$project/settings/rights", label: t.settings.rights, icon: "shield", needs: undefined },
] as const satisfies readonly { to: string; label: string; icon: IconName; needs: string | undefined }[];

/** What is set for an organization; members who don't look after it are offered the first alone. */
const ofOrganization = [
  { to: "/o/$organization/settings", label: t.settings.general, icon: "building", isForAdmins: false },
  {
    to: "/o/$organization/settings/members",
    label: t.organizations.members,
    icon: "users",
    isForAdmins: true,
  },
  {
    to: "/o/$organization/settings/invitations",
    label: t.organizations.invitations,
    icon: "mail",
    isForAdmins: true,
  },
  { to: "/o/$organization/settings/audit", label: t.audit.title, icon: "clock", isForAdmins: true },
] as const satisfies readonly { to: string; label: string; icon: IconName; isForAdmins: boolean }[];

/** Returns the sections of a project's settings that somebody may see. */
export function projectSections(project: ProjectSummary) {
  return ofProject.filter(({ needs }) => needs === undefined || may(project, needs));
}

/** Returns the sections of an organization's settings that somebody may see. */
export function organizationSections(organization: OrganizationSummary) {
  return ofOrganization.filter(({ isForAdmins }) => !isForAdmins || looksAfter(organization));
}

/** Tells whether somebody may do something in a project, to some things at least. */
export function may(project: ProjectSummary, permission: string): boolean {
  return project.permissions.includes(permission);
}

/** Tells whether somebody is an owner or admin of an organization. */
export function looksAfter(organization: OrganizationSummary | undefined): boolean {
  return organization !== undefined && organization.role !== "member";
}
