import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, body } from "../../../api/client";
import { writeJson } from "../../../api/json";
import type { Replayed } from "../../../api/types";
import type { Patch } from "./patch";
import { filterOf, type RefusedFilter, type RefusedSearch } from "./search";

const keyOf = (project: string) => ["projects", project, "refused"];

export const refusedQuery = (project: string, search: RefusedSearch) => {
  const filter = filterOf(search);
  return infiniteQueryOptions({
    queryKey: [...keyOf(project), "list", filter],
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam, signal }) => {
      const params = { path: { project }, query: { ...filter, cursor: pageParam } };
      return body(await api.GET("/api/v1/projects/{project}/rejected_events", { params, signal }));
    },
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
};

export const refusedSummaryQuery = (project: string, search: RefusedSearch) => {
  const filter = filterOf(search);
  return queryOptions({
    queryKey: [...keyOf(project), "summary", filter],
    queryFn: async ({ signal }) => {
      const params = { path: { project }, query: filter };
      return body(await api.GET("/api/v1/projects/{project}/rejected_events/summary", { params, signal }));
    },
  });
};

export const refusedEventQuery = (project: string, id: string) =>
  queryOptions({
    queryKey: [...keyOf(project), "one", id],
    queryFn: async ({ signal }) => {
      const params = { path: { project, rejected_event: id } };
      return body(
        await api.GET("/api/v1/projects/{project}/rejected_events/{rejected_event}", { params, signal }),
      );
    },
    // Somebody may be changing its text.
    staleTime: Number.POSITIVE_INFINITY,
  });

export const warningsQuery = (project: string) =>
  queryOptions({
    queryKey: ["projects", project, "warnings"],
    queryFn: async ({ signal }) => {
      const params = { path: { project } };
      return body(await api.GET("/api/v1/projects/{project}/ingestion_warnings", { params, signal })).items;
    },
  });

/** Reads one again, as it is written now. */
export function useReplayOne(project: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ id, text }: { id: string; text: string }) => {
      // As a text, so that no number is changed on its way.
      const replay = { ids: [id], event: text as unknown as Record<string, never> };
      const params = { path: { project } };
      return body(
        await api.POST("/api/v1/projects/{project}/rejected_events/replay", { params, body: replay }),
      );
    },
    onSuccess: ({ rejected }) =>
      rejected === 0 ? queries.invalidateQueries({ queryKey: ["projects", project] }) : undefined,
  });
}

/** Reads all again that a filter lets through, mended by a patch. */
export function useReplayAll(project: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ filter, patch }: { filter: RefusedFilter; patch?: Patch }) => {
      const params = { path: { project } };
      let cursor: string | undefined;
      let all: Replayed | undefined;
      do {
        const replay = { filter, cursor, patch: patch as Record<string, never> | undefined };
        const answer: Replayed = body(
          await api.POST("/api/v1/projects/{project}/rejected_events/replay", {
            params,
            body: replay,
            bodySerializer: writeJson,
          }),
        );
        all = all ? added(all, answer) : answer;
        cursor = answer.next_cursor ?? undefined;
      } while (cursor);
      return all;
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ["projects", project] }),
  });
}

function added(one: Replayed, other: Replayed): Replayed {
  return {
    ...other,
    stored: one.stored + other.stored,
    duplicates: one.duplicates + other.duplicates,
    rejected: one.rejected + other.rejected,
    results: [...one.results, ...other.results].slice(0, 1000),
  };
}

export function useDiscard(project: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (what: { id: string } | { filter: RefusedFilter }) => {
      if ("id" in what) {
        const params = { path: { project, rejected_event: what.id } };
        await api.DELETE("/api/v1/projects/{project}/rejected_events/{rejected_event}", { params });
        return 1;
      }
      const all = Object.keys(what.filter).length === 0 ? { all: true } : {};
      const params = { path: { project }, query: { ...what.filter, ...all } };
      return body(await api.DELETE("/api/v1/projects/{project}/rejected_events", { params })).discarded;
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: keyOf(project) }),
  });
}
