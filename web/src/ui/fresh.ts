import type { QueryClient } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";

let count = 0;
const listeners = new Set<() => void>();

/** Asks for everything in sight again and begins its forms anew: what was typed and not saved is gone. */
export async function beginAnew(queries: QueryClient): Promise<void> {
  await queries.invalidateQueries();
  count += 1;
  for (const listener of listeners) listener();
}

/** Returns how often it was begun anew; a key of what is to begin with it. */
export function useBeginning(): number {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => count,
  );
}
