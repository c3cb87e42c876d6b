import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, body } from "../../api/client";
import type { Setup } from "../../api/types";

export function useClaim() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (setup: Setup) => body(await api.POST("/api/v1/setup", { body: setup })),
    onSuccess: () => queries.clear(),
  });
}
