/** What the address of the merged people holds: the one distinct id they are about. */
export type MergesSearch = { user_id?: string };

/** Reads it from an address; a number is what is left of digits there. */
export function validateMerges(raw: Record<string, unknown>): MergesSearch {
  const id = raw.user_id;
  const isId = typeof id === "string" || typeof id === "number" || typeof id === "boolean";
  return { user_id: isId && id !== "" ? String(id) : undefined };
}
