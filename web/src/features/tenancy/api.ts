import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, body } from "../../api/client";
import type { ProjectChange } from "../../api/types";
import { ifMatch, type Seen } from "../../api/versions";

export const projectQuery = (project: string) =>
  queryOptions({
    queryKey: ["projects", project],
    queryFn: async ({ signal }) =>
      body(await api.GET("/api/v1/projects/{project}", { params: { path: { project } }, signal })),
  });

export function useCreateProject() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ name, organization }: { name: string; organization: string }) => {
      const params = { path: { organization } };
      const { settings } = body(await api.GET("/api/v1/organizations/{organization}", { params }));
      // Where the organization has no zone for new projects, the reader's own is the best guess.
      const time_zone = settings.default_time_zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
      return body(
        await api.POST("/api/v1/projects", { body: { name, organization_id: organization, time_zone } }),
      );
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ["me"] }),
  });
}

export function useUpdateProject(project: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ version, ...change }: ProjectChange & Seen) =>
      body(
        await api.PATCH("/api/v1/projects/{project}", {
          params: { path: { project }, header: ifMatch(version) },
          body: change,
        }),
      ),
    onSuccess: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ["projects", project] }),
        queries.invalidateQueries({ queryKey: ["me"] }),
      ]),
  });
}

export function useDeleteProject(project: string) {
  return useMutation({
    mutationFn: async (confirm: string) =>
      body(
        await api.DELETE("/api/v1/projects/{project}", {
          params: { path: { project }, query: { confirm } },
        }),
      ),
  });
}
