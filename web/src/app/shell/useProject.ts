import { useParams, useRouteContext } from "@tanstack/react-router";
import { useEffect } from "react";
import { lastProject, rememberProject } from "../../features/tenancy/lastProject";

/** Returns who is signed in and the project in sight: the one in the address, or the one seen last. */
export function useProject() {
  const { me } = useRouteContext({ from: "/signed-in" });
  const { project: id } = useParams({ strict: false });
  const project = id ? me.projects.find((candidate) => candidate.id === id) : lastProject(me.projects);
  useEffect(() => {
    if (project) rememberProject(project.id);
  }, [project]);
  return { me, project, isUnknown: Boolean(id) && !project };
}
