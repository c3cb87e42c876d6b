import { useParams, useRouteContext } from "@tanstack/react-router";
import { useEffect } from "react";
import { lastProject, rememberProject } from "../../features/tenancy/lastProject";

/**
 * Returns who is signed in, the project in sight and its organization: those in the address, or the ones seen last.
 * An organization in the address that has no project leaves none in sight.
 */
export function useProject() {
  const { me } = useRouteContext({ from: "/signed-in" });
  const { project: id, organization: ofId } = useParams({ strict: false });
  const among = ofId ? me.projects.filter((candidate) => candidate.organization_id === ofId) : me.projects;
  const project = id ? me.projects.find((candidate) => candidate.id === id) : lastProject(among);
  const wanted = ofId ?? project?.organization_id;
  const organization = me.organizations.find((candidate) => candidate.id === wanted);
  useEffect(() => {
    if (project) rememberProject(project.id);
  }, [project]);
  const isUnknown = (Boolean(id) && !project) || (Boolean(ofId) && !organization);
  return { me, project, organization, isUnknown };
}
