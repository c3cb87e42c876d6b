import { t } from "../../texts/texts";

/** What those who look after the instance need, in the order of its tabs. */
export const administration = [
  { to: "/admin/settings", label: t.system.tabs.settings },
  { to: "/admin/users", label: t.system.tabs.users },
  { to: "/admin/organizations", label: t.system.tabs.organizations },
  { to: "/admin/logs", label: t.system.tabs.logs },
  { to: "/admin/audit", label: t.system.tabs.audit },
] as const;
