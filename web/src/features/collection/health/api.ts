import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, body } from "../../../api/client";
import type { Span } from "../search";

const hoursOf: Record<Span, number> = { "6h": 6, "24h": 24, "7d": 168, "30d": 720, "90d": 2160 };

/** How often the page looks again, in milliseconds: whether anything waits changes quickly. */
const refreshMs = 5_000;

export const ingestionHealthQuery = (project: string, span: Span) =>
  queryOptions({
    queryKey: ["projects", project, "ingestion", span],
    queryFn: async ({ signal }) => {
      const from = new Date(Date.now() - hoursOf[span] * 3_600_000).toISOString();
      return body(
        await api.GET("/api/v1/projects/{project}/ingestion_health", {
          params: { path: { project }, query: { from } },
          signal,
        }),
      );
    },
    refetchInterval: refreshMs,
    placeholderData: keepPreviousData,
  });
