import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import type { EventRow } from "../../api/types";
import { newestEventsQuery, olderEventsQuery } from "./api";
import { merge } from "./merge";

const pageSize = 50;

/** What the list of live events shows: the newest, kept together over many looks, and the older on request. */
export function useLiveEvents(project: string, event: string | undefined, isPaused: boolean) {
  const newest = useQuery(newestEventsQuery(project, event, pageSize));
  const [shown, setShown] = useState<EventRow[]>([]);
  const [waiting, setWaiting] = useState(0);
  const cursor = useRef<string | undefined>(undefined);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another question begins with an empty list
  useEffect(() => {
    setShown([]);
    setWaiting(0);
    cursor.current = undefined;
  }, [project, event]);

  useEffect(() => {
    if (!newest.data) return;
    cursor.current ??= newest.data.next_cursor ?? undefined;
    setShown((before) => {
      const { rows, added } = merge(before, newest.data.items);
      if (!isPaused || before.length === 0) {
        setWaiting(0);
        return rows;
      }
      setWaiting(added);
      return before;
    });
  }, [newest.data, isPaused]);

  const older = useInfiniteQuery(olderEventsQuery(project, event, cursor.current));
  const past = older.data?.pages.flatMap((page) => page.items) ?? [];
  const hasOlder = older.data ? older.hasNextPage : cursor.current !== undefined;
  const loadOlder = () => (older.data ? older.fetchNextPage() : older.refetch());
  return {
    newest,
    rows: merge(past, shown, Number.POSITIVE_INFINITY).rows,
    waiting,
    hasOlder,
    isLoadingOlder: older.isFetching,
    loadOlder,
  };
}
