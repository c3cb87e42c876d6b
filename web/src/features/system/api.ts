import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, body } from "../../api/client";
import { ifMatch, type Seen } from "../../api/versions";
import type { LogSearch } from "./search";

export const settingsQuery = queryOptions({
  queryKey: ["system", "settings"],
  queryFn: async ({ signal }) => body(await api.GET("/api/v1/settings", { signal })).items,
});

export function useSetSetting(key: string) {
  const queries = useQueryClient();
  return useMutation({
    /** Without a value the setting gets its default back. */
    mutationFn: async (change: { value?: unknown } & Seen) => {
      const params = { path: { key }, header: ifMatch(change.version) };
      if (change.value === undefined) return body(await api.DELETE("/api/v1/settings/{key}", { params }));
      return body(await api.PATCH("/api/v1/settings/{key}", { params, body: { value: change.value } }));
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: settingsQuery.queryKey }),
  });
}

/** The newest lines are asked for again every few seconds. */
export const logsQuery = (search: LogSearch) =>
  infiniteQueryOptions({
    queryKey: ["system", "logs", search],
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam, signal }) => {
      const query = { ...search, cursor: pageParam };
      return body(await api.GET("/api/v1/system_logs", { params: { query }, signal }));
    },
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    refetchInterval: 5_000,
  });

export const componentsQuery = queryOptions({
  queryKey: ["system", "components"],
  queryFn: async ({ signal }) => body(await api.GET("/api/v1/system_logs/components", { signal })).items,
});
