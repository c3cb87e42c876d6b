import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, body } from "../../../api/client";
import type { KeyChange, KeyRequest } from "../../../api/types";
import { ifMatch, type Seen } from "../../../api/versions";

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

export function useCreateKey(project: string) {
  const refresh = useRefreshKeys(project);
  return useMutation({
    mutationFn: async (key: KeyRequest) =>
      body(
        await api.POST("/api/v1/projects/{project}/api_keys", { params: { path: { project } }, body: key }),
      ),
    onSuccess: refresh,
  });
}

export function useUpdateKey(project: string) {
  const refresh = useRefreshKeys(project);
  return useMutation({
    mutationFn: async ({ id, version, ...change }: KeyChange & { id: string } & Seen) =>
      body(
        await api.PATCH("/api/v1/projects/{project}/api_keys/{key}", {
          params: { path: { project, key: id }, header: ifMatch(version) },
          body: change,
        }),
      ),
    onSuccess: refresh,
  });
}

export function useRotateKey(project: string) {
  const refresh = useRefreshKeys(project);
  return useMutation({
    mutationFn: async ({ id, grace_hours }: { id: string; grace_hours: number }) =>
      body(
        await api.POST("/api/v1/projects/{project}/api_keys/{key}/rotate", {
          params: { path: { project, key: id } },
          body: { grace_hours },
        }),
      ),
    onSuccess: refresh,
  });
}

export function useDeleteKey(project: string) {
  const refresh = useRefreshKeys(project);
  return useMutation({
    mutationFn: async (key: string) => {
      await api.DELETE("/api/v1/projects/{project}/api_keys/{key}", { params: { path: { project, key } } });
    },
    onSuccess: refresh,
  });
}

function useRefreshKeys(project: string) {
  const queries = useQueryClient();
  return () => queries.invalidateQueries({ queryKey: ["projects", project, "keys"] });
}
