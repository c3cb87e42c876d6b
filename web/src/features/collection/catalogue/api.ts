import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, body } from "../../../api/client";
import type { CatalogueDefinitionChange } from "../../../api/types";
import { ifMatch } from "../../../api/versions";
import type { Tab } from "./search";

/** What is said about people by $set. */
export const personPropertiesQuery = (project: string) =>
  queryOptions({
    queryKey: ["projects", project, "catalogue", "people"],
    queryFn: async ({ signal }) =>
      body(
        await api.GET("/api/v1/projects/{project}/catalogue/properties", {
          params: { path: { project }, query: { source: "person", hidden: true } },
          signal,
        }),
      ).items,
    staleTime: 60_000,
  });

/** The events that a property was sent with. */
export const eventsWithQuery = (project: string, property: string, tab: Tab) =>
  queryOptions({
    queryKey: ["projects", project, "catalogue", "events-with", tab, property],
    queryFn: async ({ signal }) =>
      body(
        await api.GET("/api/v1/projects/{project}/catalogue/events", {
          params: { path: { project }, query: { property, source: sourceOf(tab), hidden: true } },
          signal,
        }),
      ).items,
    staleTime: 60_000,
  });

/** The most frequent values of a property. */
export const topValuesQuery = (project: string, property: string, tab: Tab) =>
  queryOptions({
    queryKey: ["projects", project, "catalogue", "top-values", tab, property],
    queryFn: async ({ signal }) =>
      body(
        await api.GET("/api/v1/projects/{project}/catalogue/values", {
          params: { path: { project }, query: { property, source: sourceOf(tab) } },
          signal,
        }),
      ).items,
    staleTime: 60_000,
  });

/** What is described, as its author has seen it. */
type Described = { name: string; version?: string };

/** Changes what is said of an event or a property. */
export function useDescribe(project: string, tab: Tab) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ name, version, ...change }: CatalogueDefinitionChange & Described) => {
      const params = { path: { project }, query: { name }, header: ifMatch(version) };
      const request = { params, body: change };
      return tab === "events"
        ? body(await api.PATCH("/api/v1/projects/{project}/catalogue/events", request))
        : body(await api.PATCH("/api/v1/projects/{project}/catalogue/properties", request));
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ["projects", project, "catalogue"] }),
  });
}

function sourceOf(tab: Tab): "person" | "property" {
  return tab === "people" ? "person" : "property";
}
