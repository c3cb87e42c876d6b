import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, asWritten, written } from "../../../api/client";
import { ifMatch } from "../../../api/versions";

/** What an SDK may be told: any JSON object. */
export type ConfigValues = Record<string, unknown>;

export const configsQuery = (project: string) =>
  queryOptions({
    queryKey: ["projects", project, "configs"],
    queryFn: async ({ signal }) =>
      written(
        await api.GET("/api/v1/projects/{project}/client_configs", {
          ...asWritten,
          params: { path: { project }, query: { limit: 1000 } },
          signal,
        }),
      ).items,
  });

/** A configuration to be kept; without an id it is a new one. */
type Saving = { id?: string; version?: string; name: string; values: ConfigValues };

export function useSaveConfig(project: string) {
  const refresh = useRefreshConfigs(project);
  return useMutation({
    mutationFn: async ({ id, version, name, values }: Saving) => {
      // The generated type knows only that it is an object.
      const config = values as Record<string, never>;
      if (id === undefined) {
        const path = { project };
        return written(
          await api.POST("/api/v1/projects/{project}/client_configs", {
            ...asWritten,
            params: { path },
            body: { name, config },
          }),
        );
      }
      const path = { project, config: id };
      return written(
        await api.PATCH("/api/v1/projects/{project}/client_configs/{config}", {
          ...asWritten,
          params: { path, header: ifMatch(version) },
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
