import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import type { EventRow } from "../../api/types";
import { newestEventsQuery, olderEventsQuery } from "./api";
import { merge } from "./merge";
import type { LiveChoice } from "./search";

const pageSize = 50;

type Seen = { rows: EventRow[]; mayLack: boolean };
const nothing: Seen = { rows: [], mayLack: false };

/**
 * What the list of live events shows: the newest, kept together over many looks, and the older on request. While it is
 * paused, what arrives is kept and counted.
 */
export function useLiveEvents(project: string, choice: LiveChoice, isPaused: boolean) {
  const newest = useQuery(newestEventsQuery(project, choice, pageSize));
  const [seen, setSeen] = useState(nothing);
  const [frozen, setFrozen] = useState<EventRow[]>();
  const cursor = useRef<string | undefined>(undefined);
  const asked = JSON.stringify([project, choice]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another question begins with an empty list
  useEffect(() => {
    setSeen(nothing);
    setFrozen(undefined);
    cursor.current = undefined;
  }, [asked]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the same answer may belong to another question
  useEffect(() => {
    if (!newest.data) return;
    cursor.current ??= newest.data.next_cursor ?? undefined;
    setSeen((before) => {
      const { rows, added } = merge(before.rows, newest.data.items);
      // A whole page of new ones: there may be more between it and what was there.
      const isJump = before.rows.length > 0 && added === pageSize;
      return { rows, mayLack: before.mayLack || isJump };
    });
  }, [newest.data, asked]);

  useEffect(() => {
    if (!isPaused) setFrozen(undefined);
    else if (seen.rows.length > 0) setFrozen((before) => before ?? seen.rows);
  }, [isPaused, seen]);

  const older = useInfiniteQuery(olderEventsQuery(project, choice, cursor.current));
  const past = older.data?.pages.flatMap((page) => page.items) ?? [];
  const hasOlder = older.data ? older.hasNextPage : cursor.current !== undefined;
  const loadOlder = () => (older.data ? older.fetchNextPage() : older.refetch());
  const shown = frozen ?? seen.rows;
  return {
    newest,
    rows: merge(past, shown, Number.POSITIVE_INFINITY).rows,
    waiting: frozen ? merge(frozen, seen.rows).added : 0,
    isWaitingMore: seen.mayLack,
    hasOlder,
    isLoadingOlder: older.isFetching,
    loadOlder,
  };
}
