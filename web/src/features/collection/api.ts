import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, body } from "../../api/client";
import type { EventPage } from "../../api/types";
import { askAgain } from "../insights/api";

export const pollMs = 2000;

async function page(
  project: string,
  query: { limit: number; event?: string; cursor?: string },
  signal: AbortSignal,
) {
  return body(
    await api.GET("/api/v1/projects/{project}/events", { params: { path: { project }, query }, signal }),
  );
}

/** The newest events, asked again every two seconds while somebody looks. */
export const newestEventsQuery = (project: string, event: string | undefined, limit: number) =>
  queryOptions({
    queryKey: ["projects", project, "events", "newest", event ?? null, limit],
    queryFn: async ({ signal, client, queryKey }) => {
      const before = client.getQueryData<EventPage>(queryKey);
      const now = await page(project, { limit, ...(event === undefined ? {} : { event }) }, signal);
      // The first events make every answer from before them untrue, however fresh it is.
      if (before?.items.length === 0 && now.items.length > 0) askAgain(client, project);
      return now;
    },
    refetchInterval: pollMs,
    staleTime: 0,
  });

/** The events before those in sight, page by page. */
export const olderEventsQuery = (project: string, event: string | undefined, cursor: string | undefined) =>
  infiniteQueryOptions({
    queryKey: ["projects", project, "events", "older", event ?? null, cursor ?? null],
    queryFn: ({ signal, pageParam }) =>
      page(project, { limit: 100, cursor: pageParam, ...(event === undefined ? {} : { event }) }, signal),
    initialPageParam: cursor ?? "",
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    enabled: false,
  });
