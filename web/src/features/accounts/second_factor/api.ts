import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, body } from "../../../api/client";

export const secondFactorQuery = queryOptions({
  queryKey: ["second-factor"],
  queryFn: async ({ signal }) => body(await api.GET("/api/v1/me/second_factor", { signal })),
});

/** Makes a secret for an app; nothing is asked for yet. */
export function usePrepare() {
  return useMutation({
    mutationFn: async () => body(await api.POST("/api/v1/me/second_factor", { body: {} })),
    gcTime: 0,
  });
}

/** Turns it on, and returns the recovery codes. */
export function useConfirm() {
  const onSuccess = useRefresh();
  return useMutation({
    mutationFn: async (code: string) =>
      body(await api.POST("/api/v1/me/second_factor/confirm", { body: { code } })),
    onSuccess,
    gcTime: 0,
  });
}

export function useRenewCodes() {
  const onSuccess = useRefresh();
  return useMutation({
    mutationFn: async () => body(await api.POST("/api/v1/me/second_factor/recovery_codes", { body: {} })),
    onSuccess,
    gcTime: 0,
  });
}

export function useTurnOff() {
  const onSuccess = useRefresh();
  return useMutation({
    mutationFn: async () => {
      await api.DELETE("/api/v1/me/second_factor", { body: {} });
    },
    onSuccess,
  });
}

function useRefresh() {
  const queries = useQueryClient();
  return () => queries.invalidateQueries({ queryKey: secondFactorQuery.queryKey });
}
