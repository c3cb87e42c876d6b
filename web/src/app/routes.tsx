// The table of contents of the page: every place, what its address may hold, and the file that draws it.
import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { Problem } from "../api/problem";
import { meQuery } from "../features/accounts/api";
import { validateUsers } from "../features/accounts/users/search";
import { validateAudit } from "../features/audit/search";
import { validateCatalogue } from "../features/collection/catalogue/search";
import { validateRefused } from "../features/collection/refused/search";
import { validateIngestion, validateLive, validateMerges, validateSend } from "../features/collection/search";
import { validateHome } from "../features/home/search";
import { validateExplore } from "../features/insights/question/search";
import { validateRights } from "../features/rights/search";
import { validateLogs } from "../features/system/search";
import { lastProject } from "../features/tenancy/lastProject";
import { entrance } from "./entrance";
import { root } from "./rootRoute";
import { DataFrame } from "./shell/DataFrame";
import { NoProject } from "./shell/NoProject";
import { Shell } from "./shell/Shell";

const signedIn = createRoute({
  getParentRoute: () => root,
  id: "signed-in",
  beforeLoad: async ({ context, location }) => {
    try {
      return { me: await context.queryClient.fetchQuery(meQuery) };
    } catch (error) {
      // While the server is away, who was signed in a moment ago may go on looking around.
      const known = context.queryClient.getQueryData(meQuery.queryKey);
      if (known && error instanceof Problem && error.isAway) return { me: known };
      const isSignedOut = error instanceof Problem && error.status === 401;
      if (!isSignedOut) throw error;
      throw redirect({ to: "/sign-in", search: location.href === "/" ? {} : { next: location.href } });
    }
  },
  component: Shell,
});

const start = createRoute({
  getParentRoute: () => signedIn,
  path: "/",
  beforeLoad: ({ context }) => {
    const project = lastProject(context.me.projects);
    if (project) throw redirect({ to: "/p/$project", params: { project: project.id } });
  },
  component: NoProject,
});

const project = createRoute({
  getParentRoute: () => signedIn,
  path: "/p/$project",
});

const home = createRoute({
  getParentRoute: () => project,
  path: "/",
  validateSearch: validateHome,
  component: lazyRouteComponent(() => import("../features/home/Home"), "Home"),
});

const explore = createRoute({
  getParentRoute: () => project,
  path: "/explore",
  validateSearch: validateExplore,
  component: lazyRouteComponent(() => import("../features/insights/Explore"), "Explore"),
});

// The places about data: on a phone they lead to each other.
const data = createRoute({
  getParentRoute: () => project,
  id: "data",
  component: DataFrame,
});

const live = createRoute({
  getParentRoute: () => data,
  path: "/live",
  validateSearch: validateLive,
  component: lazyRouteComponent(() => import("../features/collection/Live"), "Live"),
});

const catalogue = createRoute({
  getParentRoute: () => data,
  path: "/catalogue",
  validateSearch: validateCatalogue,
  component: lazyRouteComponent(() => import("../features/collection/catalogue/Catalogue"), "Catalogue"),
});

const send = createRoute({
  getParentRoute: () => data,
  path: "/send",
  validateSearch: validateSend,
  component: lazyRouteComponent(() => import("../features/collection/send/Send"), "Send"),
});

const ingestion = createRoute({
  getParentRoute: () => data,
  path: "/ingestion",
  validateSearch: validateIngestion,
  component: lazyRouteComponent(() => import("../features/collection/health/Ingestion"), "Ingestion"),
});

const refused = createRoute({
  getParentRoute: () => data,
  path: "/refused",
  validateSearch: validateRefused,
  component: lazyRouteComponent(() => import("../features/collection/refused/Refused"), "Refused"),
});

const merges = createRoute({
  getParentRoute: () => data,
  path: "/merges",
  validateSearch: validateMerges,
  component: lazyRouteComponent(() => import("../features/collection/merges/MergedPeople"), "MergedPeople"),
});

// The settings of a project and of its organization: one frame, two addresses.
const frame = () => import("../features/tenancy/settings/SettingsFrame");

const settings = createRoute({
  getParentRoute: () => project,
  path: "/settings",
  component: lazyRouteComponent(frame, "SettingsFrame"),
});

const settingsGeneral = createRoute({
  getParentRoute: () => settings,
  path: "/",
  component: lazyRouteComponent(() => import("../features/tenancy/project/General"), "General"),
});

const settingsMembers = createRoute({
  getParentRoute: () => settings,
  path: "/members",
  component: lazyRouteComponent(() => import("../features/tenancy/project/Members"), "Members"),
});

const settingsKeys = createRoute({
  getParentRoute: () => settings,
  path: "/keys",
  component: lazyRouteComponent(() => import("../features/tenancy/keys/Keys"), "Keys"),
});

const settingsConfigs = createRoute({
  getParentRoute: () => settings,
  path: "/configs",
  component: lazyRouteComponent(() => import("../features/tenancy/configs/Configs"), "Configs"),
});

const settingsCollection = createRoute({
  getParentRoute: () => settings,
  path: "/collection",
  component: lazyRouteComponent(
    () => import("../features/collection/settings/CollectionSettings"),
    "CollectionSettings",
  ),
});

const rights = createRoute({
  getParentRoute: () => settings,
  path: "/rights",
  validateSearch: validateRights,
  component: lazyRouteComponent(() => import("../features/rights/Rights"), "Rights"),
});

const organization = createRoute({
  getParentRoute: () => signedIn,
  path: "/o/$organization/settings",
  component: lazyRouteComponent(frame, "SettingsFrame"),
});

const organizationGeneral = createRoute({
  getParentRoute: () => organization,
  path: "/",
  component: lazyRouteComponent(() => import("../features/tenancy/organization/General"), "General"),
});

const organizationMembers = createRoute({
  getParentRoute: () => organization,
  path: "/members",
  validateSearch: (raw: Record<string, unknown>): { search?: string } => ({
    search: raw.search === undefined || raw.search === "" ? undefined : String(raw.search),
  }),
  component: lazyRouteComponent(() => import("../features/tenancy/organization/Members"), "Members"),
});

const organizationInvitations = createRoute({
  getParentRoute: () => organization,
  path: "/invitations",
  component: lazyRouteComponent(() => import("../features/tenancy/organization/Invitations"), "Invitations"),
});

const organizationAudit = createRoute({
  getParentRoute: () => organization,
  path: "/audit",
  validateSearch: validateAudit,
  component: lazyRouteComponent(() => import("../features/audit/OrganizationAudit"), "OrganizationAudit"),
});

// Addresses of before, which links and bookmarks still hold.
const oldRights = createRoute({
  getParentRoute: () => project,
  path: "/rights",
  validateSearch: validateRights,
  beforeLoad: ({ params, search }) => {
    throw redirect({ to: "/p/$project/settings/rights", params, search, replace: true });
  },
});

const oldAudit = createRoute({
  getParentRoute: () => settings,
  path: "/audit",
  validateSearch: validateAudit,
  beforeLoad: ({ context, params, search }) => {
    const found = context.me.projects.find((candidate) => candidate.id === params.project);
    if (!found) return;
    const organization = found.organization_id;
    throw redirect({
      to: "/o/$organization/settings/audit",
      params: { organization },
      search,
      replace: true,
    });
  },
});

const profile = createRoute({
  getParentRoute: () => signedIn,
  path: "/account/profile",
  component: lazyRouteComponent(() => import("../features/accounts/Profile"), "Profile"),
});

const security = createRoute({
  getParentRoute: () => signedIn,
  path: "/account/security",
  validateSearch: (raw: Record<string, unknown>): { problem?: string } => ({
    problem: typeof raw.problem === "string" ? raw.problem : undefined,
  }),
  component: lazyRouteComponent(() => import("../features/accounts/Security"), "Security"),
});

const admin = createRoute({
  getParentRoute: () => signedIn,
  path: "/admin",
  component: lazyRouteComponent(() => import("../features/system/Admin"), "Admin"),
});

const adminStart = createRoute({
  getParentRoute: () => admin,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/admin/settings" });
  },
});

const adminSettings = createRoute({
  getParentRoute: () => admin,
  path: "/settings",
  component: lazyRouteComponent(() => import("../features/system/SystemSettings"), "SystemSettings"),
});

const adminUsers = createRoute({
  getParentRoute: () => admin,
  path: "/users",
  validateSearch: validateUsers,
  component: lazyRouteComponent(() => import("../features/accounts/users/Users"), "Users"),
});

const adminOrganizations = createRoute({
  getParentRoute: () => admin,
  path: "/organizations",
  validateSearch: validateUsers,
  component: lazyRouteComponent(
    () => import("../features/tenancy/instance/HostedOrganizations"),
    "HostedOrganizations",
  ),
});

const adminLogs = createRoute({
  getParentRoute: () => admin,
  path: "/logs",
  validateSearch: validateLogs,
  component: lazyRouteComponent(() => import("../features/system/SystemLogs"), "SystemLogs"),
});

const adminAudit = createRoute({
  getParentRoute: () => admin,
  path: "/audit",
  validateSearch: validateAudit,
  component: lazyRouteComponent(() => import("../features/audit/InstanceAudit"), "InstanceAudit"),
});

const reference = createRoute({
  getParentRoute: () => signedIn,
  path: "/api-reference",
  component: lazyRouteComponent(() => import("../features/reference/Reference"), "Reference"),
});

export const routeTree = root.addChildren([
  ...entrance,
  signedIn.addChildren([
    start,
    project.addChildren([
      home,
      explore,
      data.addChildren([live, catalogue, send, merges, refused, ingestion]),
      settings.addChildren([
        settingsGeneral,
        settingsMembers,
        settingsKeys,
        settingsConfigs,
        settingsCollection,
        rights,
        oldAudit,
      ]),
      oldRights,
    ]),
    organization.addChildren([
      organizationGeneral,
      organizationMembers,
      organizationInvitations,
      organizationAudit,
    ]),
    profile,
    security,
    admin.addChildren([adminStart, adminSettings, adminUsers, adminOrganizations, adminLogs, adminAudit]),
    reference,
  ]),
]);
