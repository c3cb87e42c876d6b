import {
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  useMutation,
  useQueryClient,
} from "@tanstack/react-query";
import { api, body } from "../../../api/client";
import type {
  NewInvitation,
  NewOrganization,
  OrganizationChange,
  OrganizationRole,
} from "../../../api/types";
import { ifMatch, type Seen } from "../../../api/versions";

export const organizationQuery = (organization: string) =>
  queryOptions({
    queryKey: ["organizations", organization],
    queryFn: async ({ signal }) =>
      body(
        await api.GET("/api/v1/organizations/{organization}", { params: { path: { organization } }, signal }),
      ),
  });

export const membersQuery = (organization: string, search: string | undefined) =>
  infiniteQueryOptions({
    queryKey: ["organizations", organization, "members", search ?? ""],
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam, signal }) =>
      body(
        await api.GET("/api/v1/organizations/{organization}/members", {
          params: { path: { organization }, query: { search, limit: 50, cursor: pageParam } },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });

export const invitationsQuery = (organization: string) =>
  infiniteQueryOptions({
    queryKey: ["organizations", organization, "invitations"],
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam, signal }) =>
      body(
        await api.GET("/api/v1/organizations/{organization}/invitations", {
          params: { path: { organization }, query: { limit: 100, cursor: pageParam } },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

export function useCreateOrganization() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (organization: NewOrganization) =>
      body(await api.POST("/api/v1/organizations", { body: organization })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["me"] }),
  });
}

export function useUpdateOrganization(organization: string) {
  const refresh = useRefresh(organization);
  return useMutation({
    mutationFn: async ({ version, ...change }: OrganizationChange & Seen) =>
      body(
        await api.PATCH("/api/v1/organizations/{organization}", {
          params: { path: { organization }, header: ifMatch(version) },
          body: change,
        }),
      ),
    onSuccess: refresh,
  });
}

export function useDeleteOrganization(organization: string) {
  return useMutation({
    mutationFn: async ({ confirm, force }: { confirm: string; force: boolean }) => {
      await api.DELETE("/api/v1/organizations/{organization}", {
        params: { path: { organization }, query: { confirm, force } },
      });
    },
  });
}

export function useTransfer(organization: string) {
  const refresh = useRefresh(organization);
  return useMutation({
    mutationFn: async (user_id: string) =>
      body(
        await api.POST("/api/v1/organizations/{organization}/transfer", {
          params: { path: { organization } },
          body: { user_id },
        }),
      ),
    onSuccess: refresh,
  });
}

export function useChangeMember(organization: string) {
  const refresh = useRefresh(organization);
  return useMutation({
    mutationFn: async ({ user, role, version }: { user: string; role: OrganizationRole } & Seen) =>
      body(
        await api.PATCH("/api/v1/organizations/{organization}/members/{user}", {
          params: { path: { organization, user }, header: ifMatch(version) },
          body: { role },
        }),
      ),
    onSuccess: refresh,
  });
}

/** Removes somebody; oneself, to leave. What is known here stays: who has left may not ask again. */
export function useRemoveMember(organization: string) {
  return useMutation({
    mutationFn: async (user: string) => {
      await api.DELETE("/api/v1/organizations/{organization}/members/{user}", {
        params: { path: { organization, user } },
      });
    },
  });
}

export function useInvite(organization: string) {
  const refresh = useRefresh(organization);
  return useMutation({
    mutationFn: async (invitation: NewInvitation) =>
      body(
        await api.POST("/api/v1/organizations/{organization}/invitations", {
          params: { path: { organization } },
          body: invitation,
        }),
      ),
    onSuccess: refresh,
  });
}

export function useResendInvitation(organization: string) {
  const refresh = useRefresh(organization);
  return useMutation({
    mutationFn: async (invitation: string) =>
      body(
        await api.POST("/api/v1/organizations/{organization}/invitations/{invitation}/resend", {
          params: { path: { organization, invitation } },
        }),
      ),
    onSuccess: refresh,
  });
}

export function useRevokeInvitation(organization: string) {
  const refresh = useRefresh(organization);
  return useMutation({
    mutationFn: async (invitation: string) => {
      await api.DELETE("/api/v1/organizations/{organization}/invitations/{invitation}", {
        params: { path: { organization, invitation } },
      });
    },
    onSuccess: refresh,
  });
}

/** An organization stands in its own answers, and in who is signed in. */
export function useRefresh(organization: string) {
  const queries = useQueryClient();
  return () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: ["organizations", organization] }),
      queries.invalidateQueries({ queryKey: ["me"] }),
    ]);
}
