import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, body } from "../../../api/client";

export const identityQuery = queryOptions({
  queryKey: ["identity"],
  queryFn: async ({ signal }) => body(await api.GET("/api/v1/me/identity", { signal })),
});

/** Leaves for the provider, which sends the browser back to this very place. */
export function useConnect() {
  return useMutation({
    mutationFn: async (provider: string) =>
      body(
        await api.POST("/api/v1/me/identity/{provider}", {
          params: { path: { provider } },
          body: { next: window.location.pathname },
        }),
      ),
    onSuccess: ({ url }) => window.location.assign(url),
  });
}

export function useDisconnect() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async () => {
      await api.DELETE("/api/v1/me/identity");
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: identityQuery.queryKey }),
  });
}
