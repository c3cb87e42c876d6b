import type { Folder } from "./api";

export type Branch = { folder: Folder; depth: number };

/** Puts folders in the order of a tree, each below the one it lies in; one whose parent is out of sight is on top. */
export function asTree(folders: Folder[]): Branch[] {
  const known = new Set(folders.map((one) => one.id));
  const below = (parent: string | null, depth: number): Branch[] =>
    folders
      .filter((one) => (one.parent_id && known.has(one.parent_id) ? one.parent_id : null) === parent)
      .sort((one, other) => one.name.localeCompare(other.name))
      .flatMap((folder) => [{ folder, depth }, ...below(folder.id, depth + 1)]);
  return below(null, 0);
}

/** Returns the ids of a folder and all that lies in it: it can't be moved there. */
export function within(folders: Folder[], id: string): Set<string> {
  const found = new Set([id]);
  for (const branch of asTree(folders)) {
    if (branch.folder.parent_id && found.has(branch.folder.parent_id)) found.add(branch.folder.id);
  }
  return found;
}
