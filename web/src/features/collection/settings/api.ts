import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, body } from "../../../api/client";
import type { CollectionSettingsChange } from "../../../api/types";
import { ifMatch, type Seen } from "../../../api/versions";

export const collectionSettingsQuery = (project: string) =>
  queryOptions({
    queryKey: ["projects", project, "collection_settings"],
    queryFn: async ({ signal }) =>
      body(
        await api.GET("/api/v1/projects/{project}/collection_settings", {
          params: { path: { project } },
          signal,
        }),
      ),
  });

export function useUpdateCollectionSettings(project: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ version, ...change }: CollectionSettingsChange & Seen) =>
      body(
        await api.PATCH("/api/v1/projects/{project}/collection_settings", {
          params: { path: { project }, header: ifMatch(version) },
          body: change,
        }),
      ),
    onSuccess: (saved) => queries.setQueryData(collectionSettingsQuery(project).queryKey, saved),
  });
}
