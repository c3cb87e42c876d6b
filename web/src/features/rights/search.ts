import type { Action, Resource } from "./api";

const tabs = ["roles", "people", "folders", "why"] as const;
export type Tab = (typeof tabs)[number];

export type RightsSearch = {
  tab?: Tab;
  role?: string;
  edit?: boolean;
  share?: string;
  user?: string;
  action?: Action;
  resource?: Resource;
  folder?: string;
};

const text = (raw: unknown) => (typeof raw === "string" && raw ? raw : undefined);

/** Reads the address of the page; what is not known is passed over. */
export function validateRights(raw: Record<string, unknown>): RightsSearch {
  return {
    tab: tabs.find((tab) => tab === raw.tab),
    role: text(raw.role),
    edit: raw.edit === true ? true : undefined,
    share: text(raw.share),
    user: text(raw.user),
    action: text(raw.action) as Action | undefined,
    resource: text(raw.resource) as Resource | undefined,
    folder: text(raw.folder),
  };
}
