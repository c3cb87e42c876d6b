import { QueryCache, QueryClient } from "@tanstack/react-query";
import { isAway, subscribe } from "../api/connection";
import { Problem, problemOf } from "../api/problem";

/** Problems that asking again can solve. */
function isPassing(error: unknown): boolean {
  return error instanceof Problem && (error.status === 503 || error.status === 429);
}

const recoverMs = 10_000;

export const queryClient = new QueryClient({
  queryCache: new QueryCache({
    onError(error) {
      if (problemOf(error).status === 401) window.dispatchEvent(new Event("radix:signed-out"));
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      // The server may be in the house: whether there is a way to the world is no matter.
      networkMode: "always",
      // What failed while the server or its store was away recovers by itself.
      refetchInterval: ({ state }) =>
        state.status === "error" && isPassing(state.error) ? recoverMs : false,
      retry: (failures, error) => isPassing(error) && failures < 2,
      retryDelay: (failures, error) =>
        Math.min(10, (error instanceof Problem && error.retryAfterS) || 2 ** failures) * 1000,
      refetchOnWindowFocus: false,
    },
    mutations: { networkMode: "always" },
  },
});

// What failed while the server was away is asked again when it is back.
subscribe(() => {
  if (isAway()) return;
  queryClient.invalidateQueries({ predicate: (query) => query.state.status === "error" });
});
