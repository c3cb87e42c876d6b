import { infiniteQueryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, body } from "../../../api/client";

export const mergesQuery = (project: string, userId: string | undefined) =>
  infiniteQueryOptions({
    queryKey: ["projects", project, "person_merges", userId ?? null],
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam, signal }) => {
      const params = { path: { project }, query: { user_id: userId, cursor: pageParam } };
      return body(await api.GET("/api/v1/projects/{project}/person_merges", { params, signal }));
    },
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

export function useUndoMerge(project: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (merge: string) => {
      const params = { path: { project, merge } };
      return body(await api.POST("/api/v1/projects/{project}/person_merges/{merge}/undo", { params }));
    },
    // Whatever counts people changes.
    onSuccess: () => queries.invalidateQueries({ queryKey: ["projects", project] }),
  });
}
