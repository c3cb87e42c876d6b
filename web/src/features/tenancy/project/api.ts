import { infiniteQueryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, body } from "../../../api/client";
import type { ProjectRole } from "../../../api/types";
import { ifMatch, type Seen } from "../../../api/versions";

export const projectMembersQuery = (project: string) =>
  infiniteQueryOptions({
    queryKey: ["projects", project, "members"],
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam, signal }) =>
      body(
        await api.GET("/api/v1/projects/{project}/members", {
          params: { path: { project }, query: { limit: 100, cursor: pageParam } },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

/** Adds somebody, or gives who is there already another role. */
export function useAddProjectMember(project: string) {
  const refresh = useRefreshMembers(project);
  return useMutation({
    mutationFn: async (member: { email: string; role: ProjectRole }) =>
      body(
        await api.POST("/api/v1/projects/{project}/members", { params: { path: { project } }, body: member }),
      ),
    onSuccess: refresh,
  });
}

export function useChangeProjectMember(project: string) {
  const refresh = useRefreshMembers(project);
  return useMutation({
    mutationFn: async ({ user, role, version }: { user: string; role: ProjectRole } & Seen) =>
      body(
        await api.PATCH("/api/v1/projects/{project}/members/{user}", {
          params: { path: { project, user }, header: ifMatch(version) },
          body: { role },
        }),
      ),
    onSuccess: refresh,
  });
}

export function useRemoveProjectMember(project: string) {
  const refresh = useRefreshMembers(project);
  return useMutation({
    mutationFn: async (user: string) => {
      await api.DELETE("/api/v1/projects/{project}/members/{user}", { params: { path: { project, user } } });
    },
    onSuccess: refresh,
  });
}

function useRefreshMembers(project: string) {
  const queries = useQueryClient();
  return () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: ["projects", project, "members"] }),
      queries.invalidateQueries({ queryKey: ["organizations"] }),
    ]);
}
