// Every page of the product, and the looks it has.

export const sizes = {
  wide: { viewport: { width: 1440, height: 900 } },
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true },
};
export const schemes = ["light", "dark"];

const twoSeries = encodeURIComponent(
  JSON.stringify([{ event: "$pageview" }, { event: "$pageview", measure: "count" }]),
);
/** Places of a project. */
export const pages = {
  home: "",
  "home-90-days": "?range=90d",
  "home-all": "?range=all",
  "home-filtered": `?where=${encodeURIComponent(JSON.stringify([[["$pathname", "is", "/pricing"]]]))}`,
  "home-nothing": "?range=2001-01-01..2001-01-02",
  explore: "/explore",
  "explore-by-browser": "/explore?by=$browser",
  "explore-two-series": `/explore?series=${twoSeries}&range=90d&compare=true`,
  "explore-stacked": "/explore?by=$country&chart=stacked&range=90d&interval=%22week%22",
  "explore-ring": "/explore?by=$device_type&chart=pie",
  "explore-numbers": `/explore?series=${twoSeries}&chart=number`,
  "explore-all-traffic": "/explore?traffic=all&by=$traffic",
  live: "/live",
  "live-bots": "/live?traffic=bots",
  catalogue: "/catalogue",
  "catalogue-properties": "/catalogue?tab=properties",
  send: "/send",
  merges: "/merges",
  "merges-none-found": "/merges?user_id=nobody",
  refused: "/refused",
  "refused-warnings": "/refused?tab=warnings",
  "send-segment": "/send?with=segment-node",
  ingestion: "/ingestion",
  "ingestion-week": "/ingestion?span=7d",
  settings: "/settings",
  "settings-members": "/settings/members",
  "settings-keys": "/settings/keys",
  "settings-configs": "/settings/configs",
  "settings-collection": "/settings/collection",
  "organization-audit": "/settings/audit",
  roles: "/settings/rights",
  "role-editor": "/settings/rights?role=new&edit=true",
  "roles-given": "/settings/rights?tab=people",
  folders: "/settings/rights?tab=folders",
  why: "/settings/rights?tab=why",
};

/** Places outside of a project. */
export const places = {
  "api-reference": "/api-reference",
  profile: "/account/profile",
  security: "/account/security",
  "admin-settings": "/admin/settings",
  "admin-accounts": "/admin/users",
  "admin-nobody-found": "/admin/users?search=zzzz",
  "admin-organizations": "/admin/organizations",
  "admin-log": "/admin/logs",
  "admin-audit": "/admin/audit",
  "not-found": "/p/no-such-project",
};

/** Places of the first organization. */
export const organizationPages = {
  organization: "",
  "organization-members": "/members",
  "organization-invitations": "/invitations",
};

/** Places for people who are not signed in. */
export const entrances = {
  "sign-in": "/sign-in",
  register: "/register",
  forgot: "/forgot",
  verify: "/verify#token=x",
  reset: "/reset#token=x",
  "link-broken": "/reset",
};

/** Waits until nothing is loaded and nothing moves; pages that always look for news never quite rest. */
export async function settled(page) {
  await page.waitForLoadState("networkidle", { timeout: 4_000 }).catch(() => undefined);
  await page
    .locator("[aria-busy=true]")
    .first()
    .waitFor({ state: "detached", timeout: 4_000 })
    .catch(() => undefined);
  // What pulses for ever is not waited for.
  await page.evaluate(async () => {
    const ending = document
      .getAnimations()
      .filter((one) => Number.isFinite(one.effect?.getComputedTiming().endTime));
    await Promise.allSettled(ending.map((one) => one.finished));
  });
  await page.waitForTimeout(350);
}
