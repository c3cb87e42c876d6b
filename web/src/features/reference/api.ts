import { queryOptions } from "@tanstack/react-query";
import { readProblem } from "../../api/problem";
import type { Document } from "./document";

/** The server's own description of its API; it stands outside of itself, so no generated type fits it. */
export const documentQuery = queryOptions({
  queryKey: ["openapi"],
  queryFn: async ({ signal }): Promise<Document> => {
    const response = await fetch("/api/openapi.json", { signal });
    if (!response.ok) throw await readProblem(response);
    return response.json();
  },
  staleTime: Number.POSITIVE_INFINITY,
});
