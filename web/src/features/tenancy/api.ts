import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, body } from "../../api/client";
import type { ApiKey, ProjectChange } from "../../api/types";

export const projectQuery = (project: string) =>
  queryOptions({
    queryKey: ["projects", project],
    queryFn: async ({ signal }) =>
      body(await api.GET("/api/v1/projects/{project}", { params: { path: { project } }, signal })),
  });

export const keysQuery = (project: string) =>
  queryOptions({
    queryKey: ["projects", project, "keys"],
    queryFn: async ({ signal }) =>
      body(
        await api.GET("/api/v1/projects/{project}/api_keys", {
          params: { path: { project }, query: { limit: 100 } },
          signal,
        }),
      ).items,
  });

export function useCreateProject() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (name: string) => {
      const time_zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
      return body(await api.POST("/api/v1/projects", { body: { name, time_zone } }));
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ["me"] }),
  });
}

export function useUpdateProject(project: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (change: ProjectChange) =>
      body(await api.PATCH("/api/v1/projects/{project}", { params: { path: { project } }, body: change })),
    onSuccess: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ["projects", project] }),
        queries.invalidateQueries({ queryKey: ["me"] }),
      ]),
  });
}

export function useCreateKey(project: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (name: string) =>
      body(
        await api.POST("/api/v1/projects/{project}/api_keys", {
          params: { path: { project } },
          body: { name },
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["projects", project, "keys"] }),
  });
}

export function useUpdateKey(project: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ id, is_active }: Pick<ApiKey, "id" | "is_active">) =>
      body(
        await api.PATCH("/api/v1/projects/{project}/api_keys/{key}", {
          params: { path: { project, key: id } },
          body: { is_active },
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["projects", project, "keys"] }),
  });
}

export function useDeleteKey(project: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (key: string) => {
      await api.DELETE("/api/v1/projects/{project}/api_keys/{key}", { params: { path: { project, key } } });
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ["projects", project, "keys"] }),
  });
}
