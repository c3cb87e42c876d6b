import { infiniteQueryOptions } from "@tanstack/react-query";
import { api, body } from "../../../api/client";

export const hostedQuery = (search: string | undefined) =>
  infiniteQueryOptions({
    queryKey: ["instance", "organizations", search ?? ""],
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam, signal }) => {
      const query = { search, cursor: pageParam };
      return body(await api.GET("/api/v1/instance/organizations", { params: { query }, signal }));
    },
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
