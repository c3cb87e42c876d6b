import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, body } from "../../../api/client";

/** What an SDK may be told: any JSON object. */
export type ConfigValues = Record<string, unknown>;

export const configsQuery = (project: string) =>
  queryOptions({
    queryKey: ["projects", project, "configs"],
    queryFn: async ({ signal }) =>
      body(
        await api.GET("/api/v1/projects/{project}/client_configs", {
          params: { path: { project }, query: { limit: 1000 } },
          signal,
        }),
      ).items,
  });

export function useSaveConfig(project: string) {
  const refresh = useRefreshConfigs(project);
  return useMutation({
    mutationFn: async ({ id, name, values }: { id?: string; name: string; values: ConfigValues }) => {
      // The generated type knows only that it is an object.
      const config = values as Record<string, never>;
      if (id === undefined) {
        const path = { project };
        return body(
          await api.POST("/api/v1/projects/{project}/client_configs", {
            params: { path },
            body: { name, config },
          }),
        );
      }
      const path = { project, config: id };
      return body(
        await api.PATCH("/api/v1/projects/{project}/client_configs/{config}", {
          params: { path },
          body: { name, config },
        }),
      );
    },
    onSuccess: refresh,
  });
}

export function useDeleteConfig(project: string) {
  const refresh = useRefreshConfigs(project);
  return useMutation({
    mutationFn: async (config: string) => {
      await api.DELETE("/api/v1/projects/{project}/client_configs/{config}", {
        params: { path: { project, config } },
      });
    },
    onSuccess: refresh,
  });
}

function useRefreshConfigs(project: string) {
  const queries = useQueryClient();
  return () => queries.invalidateQueries({ queryKey: ["projects", project, "configs"] });
}
