import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, asWritten, written } from "../../api/client";
import type { EventPage } from "../../api/types";
import { askAgain } from "../insights/api";
import type { LiveChoice } from "./search";

export const pollMs = 2000;

async function page(
  project: string,
  query: LiveChoice & { limit: number; cursor?: string },
  signal: AbortSignal,
) {
  const params = { path: { project }, query };
  return written(await api.GET("/api/v1/projects/{project}/events", { ...asWritten, params, signal }));
}

/** The newest events, asked again every two seconds while somebody looks. */
export const newestEventsQuery = (project: string, choice: LiveChoice, limit: number) =>
  queryOptions({
    queryKey: ["projects", project, "events", "newest", choice, limit],
    queryFn: async ({ signal, client, queryKey }) => {
      const before = client.getQueryData<EventPage>(queryKey);
      const now = await page(project, { limit, ...choice }, signal);
      // The first events make every answer from before them untrue, however fresh it is.
      if (before?.items.length === 0 && now.items.length > 0) askAgain(client, project);
      return now;
    },
    refetchInterval: pollMs,
    staleTime: 0,
  });

/** The events before those in sight, page by page. */
export const olderEventsQuery = (project: string, choice: LiveChoice, cursor: string | undefined) =>
  infiniteQueryOptions({
    queryKey: ["projects", project, "events", "older", choice, cursor ?? null],
    queryFn: ({ signal, pageParam }) => page(project, { limit: 100, cursor: pageParam, ...choice }, signal),
    initialPageParam: cursor ?? "",
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    enabled: false,
  });
