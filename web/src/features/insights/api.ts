import { keepPreviousData, type QueryClient, queryOptions } from "@tanstack/react-query";
import { api, body } from "../../api/client";
import { inLane } from "../../api/lanes";
import type { Trends, TrendsAnswer } from "../../api/types";

function run(project: string, trends: Trends, signal: AbortSignal): Promise<TrendsAnswer> {
  return inLane(signal, async () =>
    body(
      await api.POST("/api/v1/projects/{project}/insights/run", {
        params: { path: { project } },
        body: { kind: "trends", ...trends },
        signal,
      }),
    ),
  );
}

/** Asks the questions of a project again that are in sight, and the others when they are next in sight. */
export function askAgain(queries: QueryClient, project: string): void {
  for (const part of ["trends", "catalogue"])
    queries.invalidateQueries({ queryKey: ["projects", project, part] });
}

/** A trends question; while the next one runs, the last answer stays. */
export const trendsQuery = (project: string, trends: Trends) =>
  queryOptions({
    queryKey: ["projects", project, "trends", trends],
    queryFn: ({ signal }) => run(project, trends, signal),
    placeholderData: keepPreviousData,
  });

/**
 * A trends question over all time, where only the answer tells how long that is: a few months are asked again by the
 * day, a few years by the week.
 */
export const fittingTrendsQuery = (project: string, trends: Trends) =>
  queryOptions({
    queryKey: ["projects", project, "trends", "fitting", trends],
    queryFn: async ({ signal }) => {
      const answer = await run(project, trends, signal);
      const months = answer.buckets.length;
      if (trends.range.kind !== "all" || trends.interval !== "month" || months > 18) return answer;
      return run(project, { ...trends, interval: months <= 4 ? "day" : "week" }, signal);
    },
    placeholderData: keepPreviousData,
  });

/** How many people are there now; asked again twice a minute. */
export const onlineQuery = (project: string) =>
  queryOptions({
    queryKey: ["projects", project, "online"],
    queryFn: async ({ signal }) =>
      body(
        await api.GET("/api/v1/projects/{project}/insights/online", {
          params: { path: { project } },
          signal,
        }),
      ),
    refetchInterval: 30_000,
  });

/** Every event name; those that are hidden say so. */
export const catalogueEventsQuery = (project: string) =>
  queryOptions({
    queryKey: ["projects", project, "catalogue", "events"],
    queryFn: async ({ signal }) =>
      body(
        await api.GET("/api/v1/projects/{project}/catalogue/events", {
          params: { path: { project }, query: { hidden: true } },
          signal,
        }),
      ).items,
    staleTime: 60_000,
  });

/** Every property, or those sent with an event; those that are hidden say so. */
export const cataloguePropertiesQuery = (project: string, event?: string) =>
  queryOptions({
    queryKey: ["projects", project, "catalogue", "properties", event ?? null],
    queryFn: async ({ signal }) =>
      body(
        await api.GET("/api/v1/projects/{project}/catalogue/properties", {
          params: { path: { project }, query: { hidden: true, ...(event === undefined ? {} : { event }) } },
          signal,
        }),
      ).items,
    staleTime: 60_000,
  });

export const catalogueValuesQuery = (project: string, property: string, search: string) =>
  queryOptions({
    queryKey: ["projects", project, "catalogue", "values", property, search],
    queryFn: async ({ signal }) =>
      body(
        await api.GET("/api/v1/projects/{project}/catalogue/values", {
          params: { path: { project }, query: { property, ...(search ? { search } : {}) } },
          signal,
        }),
      ).items,
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
