import { useQuery } from "@tanstack/react-query";
import type { WeekStart } from "../../api/types";
import { meQuery } from "../accounts/api";

export type ProjectCalendar = { zone: string; weekStart: WeekStart };

/** Returns where a project's days and weeks begin. */
export function useProjectCalendar(project: string): ProjectCalendar {
  const me = useQuery(meQuery);
  const found = me.data?.projects.find((candidate) => candidate.id === project);
  return { zone: found?.time_zone ?? "UTC", weekStart: found?.week_start ?? "monday" };
}
