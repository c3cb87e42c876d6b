export const tabs = ["events", "properties", "people"] as const;
export type Tab = (typeof tabs)[number];

export type CatalogueSearch = { tab?: Tab; search?: string; tag?: string; name?: string };

const text = (raw: unknown) => (raw === undefined || raw === "" ? undefined : String(raw));

/** Reads the address of the page; what is not known is passed over. */
export function validateCatalogue(raw: Record<string, unknown>): CatalogueSearch {
  return {
    tab: tabs.find((tab) => tab === raw.tab && tab !== "events"),
    search: text(raw.search),
    tag: text(raw.tag),
    name: text(raw.name),
  };
}
