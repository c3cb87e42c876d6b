import type { ProjectSummary } from "../../api/types";

const key = "radix-last-project";

/** Remembers the project that `/` opens. */
export function rememberProject(id: string): void {
  try {
    localStorage.setItem(key, id);
  } catch {
    // Storage can be forbidden; `/` then opens the first project.
  }
}

/** Returns the project seen last, or the first one. */
export function lastProject(projects: ProjectSummary[]): ProjectSummary | undefined {
  let id: string | null = null;
  try {
    id = localStorage.getItem(key);
  } catch {
    // As above.
  }
  return projects.find((project) => project.id === id) ?? projects[0];
}
