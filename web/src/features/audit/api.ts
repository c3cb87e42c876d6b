import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, asWritten, body, written } from "../../api/client";
import { type AuditSearch, filterOf } from "./search";

/** Whose log: an organization's, or the whole instance's. */
export type Whose = { organization?: string };

export const auditQuery = ({ organization }: Whose, search: AuditSearch) =>
  infiniteQueryOptions({
    queryKey: ["audit", organization ?? "instance", search],
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam, signal }) => {
      const query = { ...filterOf(search), cursor: pageParam };
      if (organization === undefined)
        return written(await api.GET("/api/v1/audit_logs", { ...asWritten, params: { query }, signal }));
      const params = { path: { organization }, query };
      const path = "/api/v1/organizations/{organization}/audit_logs";
      return written(await api.GET(path, { ...asWritten, params, signal }));
    },
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

export const actionsQuery = ({ organization }: Whose) =>
  queryOptions({
    queryKey: ["audit", organization ?? "instance", "actions"],
    queryFn: async ({ signal }) => {
      if (organization === undefined)
        return body(await api.GET("/api/v1/audit_logs/actions", { signal })).items;
      const params = { path: { organization } };
      return body(
        await api.GET("/api/v1/organizations/{organization}/audit_logs/actions", { params, signal }),
      ).items;
    },
  });

/** Returns the address of the file of all rows that the filters leave. */
export function exportAddress(
  { organization }: Whose,
  search: AuditSearch,
  format: "csv" | "ndjson",
): string {
  const place = organization === undefined ? "" : `/organizations/${organization}`;
  const query = new URLSearchParams({ format });
  for (const [name, value] of Object.entries(filterOf(search))) {
    if (value) query.set(name, value);
  }
  return `/api/v1${place}/audit_logs/export?${query}`;
}
