import { infiniteQueryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { api, body } from "../../../api/client";
import type { NewAccount, UserAccount, UserChange } from "../../../api/types";
import { ifMatch, type Seen } from "../../../api/versions";
import { meQuery } from "../api";

export const usersQuery = (search: string | undefined) =>
  infiniteQueryOptions({
    queryKey: ["users", search ?? ""],
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam, signal }) => {
      const query = { search, cursor: pageParam };
      return body(await api.GET("/api/v1/users", { params: { query }, signal }));
    },
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

export function useInviteUser() {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: async (account: NewAccount) => body(await api.POST("/api/v1/users", { body: account })),
    onSuccess: refresh,
  });
}

export function useUpdateUser(user: string) {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: async ({ version, ...change }: UserChange & Seen) => {
      const params = { path: { user }, header: ifMatch(version) };
      return body(await api.PATCH("/api/v1/users/{user}", { params, body: change }));
    },
    onSuccess: refresh,
  });
}

export function useEndSessionsOf(user: string) {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: async () => {
      await api.DELETE("/api/v1/users/{user}/sessions", { params: { path: { user } } });
    },
    onSuccess: refresh,
  });
}

export function useResetFactorOf(user: string) {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: async () => {
      await api.DELETE("/api/v1/users/{user}/second_factor", { params: { path: { user } } });
    },
    onSuccess: refresh,
  });
}

/** Whoever changes their own account may have lost the right to see this page: who one is is asked again first. */
function useRefresh() {
  const queries = useQueryClient();
  const router = useRouter();
  return async () => {
    await queries.invalidateQueries({ queryKey: meQuery.queryKey });
    await router.invalidate();
    await queries.invalidateQueries({ queryKey: ["users"] });
  };
}

/** Returns what somebody is called. */
export function nameOf(user: UserAccount): string {
  return fullName(user) || user.email;
}

/** Returns both names, or nothing where there are none. */
export function fullName(user: UserAccount): string {
  return `${user.first_name} ${user.last_name}`.trim();
}
