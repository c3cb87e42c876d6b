/** What the address of the list of accounts holds. */
export type UserSearch = { search?: string };

/** Reads it from an address; what can't be one is left out. */
export function validateUsers(raw: Record<string, unknown>): UserSearch {
  return { search: raw.search === undefined || raw.search === "" ? undefined : String(raw.search) };
}
