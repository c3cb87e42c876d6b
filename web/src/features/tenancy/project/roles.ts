import type { ProjectRole } from "../../../api/types";

/** The roles that every project has, the one that may least first. */
export const projectRoles = [
  "viewer",
  "uploader",
  "analyst",
  "editor",
  "admin",
] as const satisfies readonly ProjectRole[];
