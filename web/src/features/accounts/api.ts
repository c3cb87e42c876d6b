import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, body } from "../../api/client";
import type { Credentials } from "../../api/types";

export const instanceQuery = queryOptions({
  queryKey: ["instance"],
  queryFn: async ({ signal }) => body(await api.GET("/api/v1/instance", { signal })),
  staleTime: 5_000,
});

export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: async ({ signal }) => body(await api.GET("/api/v1/me", { signal })),
  staleTime: 5 * 60_000,
});

export function useSignIn() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (credentials: Credentials) =>
      body(await api.POST("/api/v1/sessions", { body: credentials })),
    onSuccess: () => queries.clear(),
  });
}

export function useSignOut() {
  return useMutation({
    mutationFn: async () => {
      await api.DELETE("/api/v1/sessions/current");
    },
  });
}
