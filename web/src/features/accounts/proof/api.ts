import { queryOptions, useMutation } from "@tanstack/react-query";
import { api, body } from "../../../api/client";

export const proofQuery = queryOptions({
  queryKey: ["proof"],
  queryFn: async ({ signal }) => body(await api.GET("/api/v1/me/proof", { signal })),
  staleTime: 0,
  gcTime: 0,
});

export function useProve() {
  return useMutation({
    mutationFn: async (proof: { password: string; code?: string }) =>
      body(await api.POST("/api/v1/me/proof", { body: proof })),
    gcTime: 0,
  });
}

export function useProveByProvider() {
  return useMutation({
    mutationFn: async (next: string) => body(await api.POST("/api/v1/me/proof/provider", { body: { next } })),
  });
}
