import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, body } from "../../api/client";

/** What the page remembers for who is signed in, on all their devices. */
export const preferencesQuery = queryOptions({
  queryKey: ["preferences"],
  queryFn: async ({ signal }) => body(await api.GET("/api/v1/me/preferences", { signal })).items,
  staleTime: 5 * 60_000,
});

/** Remembers something. Whether it could be kept is no reason to disturb anybody. */
export function useRemember() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ name, value }: { name: string; value: unknown }) =>
      body(
        await api.PUT("/api/v1/me/preferences/{preference}", {
          params: { path: { preference: name } },
          body: { value },
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: preferencesQuery.queryKey }),
  });
}
