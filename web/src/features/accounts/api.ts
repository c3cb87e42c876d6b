import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, body } from "../../api/client";
import { readProblem } from "../../api/problem";
import type { Credentials, ProfileChange, Verification } from "../../api/types";
import { ifMatch, type Seen } from "../../api/versions";

export const instanceQuery = queryOptions({
  queryKey: ["instance"],
  queryFn: async ({ signal }) => body(await api.GET("/api/v1/instance", { signal })),
  staleTime: 5_000,
});

export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: async ({ signal }) => body(await api.GET("/api/v1/me", { signal })),
  staleTime: 5 * 60_000,
});

export const profileQuery = queryOptions({
  queryKey: ["profile"],
  queryFn: async ({ signal }) => body(await api.GET("/api/v1/me/profile", { signal })),
});

export const sessionsQuery = queryOptions({
  queryKey: ["sessions"],
  queryFn: async ({ signal }) => body(await api.GET("/api/v1/sessions", { signal })).items,
  staleTime: 5_000,
});

export function useSignIn() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (credentials: Credentials & { code?: string }) =>
      body(await api.POST("/api/v1/sessions", { body: credentials })),
    onSuccess: () => queries.clear(),
  });
}

export function useSignOut() {
  return useMutation({
    mutationFn: async () => {
      await api.DELETE("/api/v1/sessions/current");
    },
  });
}

export function useRegister() {
  return useMutation({
    mutationFn: async (email: string) => {
      await api.POST("/api/v1/accounts", { body: { email } });
    },
  });
}

export function useVerify() {
  return useMutation({
    mutationFn: async (verification: Verification) => {
      await api.POST("/api/v1/accounts/verification", { body: verification });
    },
  });
}

export function useResend() {
  return useMutation({
    mutationFn: async (email: string) => {
      await api.POST("/api/v1/accounts/verification/resend", { body: { email } });
    },
  });
}

export function useForgot() {
  return useMutation({
    mutationFn: async (email: string) => {
      await api.POST("/api/v1/password_resets", { body: { email } });
    },
  });
}

/** What a link to a new password is for. The token travels in the body, so that no log has it. */
export const resetQuery = (token: string) =>
  queryOptions({
    queryKey: ["reset", token],
    queryFn: async ({ signal }) =>
      body(await api.POST("/api/v1/password_resets/open", { body: { token }, signal })),
    retry: false,
    gcTime: 0,
  });

export function useReset() {
  return useMutation({
    mutationFn: async (reset: { token: string; password: string; disconnect: boolean }) => {
      await api.POST("/api/v1/password_resets/confirm", { body: reset });
    },
  });
}

export function useChangePassword() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (new_password: string) => {
      await api.POST("/api/v1/me/password", { body: { new_password } });
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ["sessions"] }),
  });
}

export function useUpdateProfile() {
  const refresh = useRefreshProfile();
  return useMutation({
    mutationFn: async ({ version, ...change }: ProfileChange & Seen) =>
      body(await api.PATCH("/api/v1/me/profile", { params: { header: ifMatch(version) }, body: change })),
    onSuccess: refresh,
  });
}

/** The body is the file itself, so this goes past the client that knows JSON only. */
export function usePutAvatar() {
  const refresh = useRefreshProfile();
  return useMutation({
    mutationFn: async ({ file, version }: { file: File } & Seen) => {
      const headers = { "content-type": "application/octet-stream", ...ifMatch(version) };
      const response = await fetch("/api/v1/me/avatar", { method: "PUT", headers, body: file });
      if (!response.ok) throw await readProblem(response);
    },
    onSuccess: refresh,
  });
}

export function useDeleteAvatar() {
  const refresh = useRefreshProfile();
  return useMutation({
    mutationFn: async () => {
      await api.DELETE("/api/v1/me/avatar");
    },
    onSuccess: refresh,
  });
}

export function useChangeEmail() {
  const refresh = useRefreshProfile();
  return useMutation({
    mutationFn: async (email: string) => {
      await api.POST("/api/v1/me/email", { body: { email } });
    },
    onSuccess: refresh,
  });
}

export function useWithdrawEmail() {
  const refresh = useRefreshProfile();
  return useMutation({
    mutationFn: async () => {
      await api.DELETE("/api/v1/me/email");
    },
    onSuccess: refresh,
  });
}

export function useDeactivate() {
  return useMutation({
    mutationFn: async () => {
      await api.POST("/api/v1/me/deactivation", { body: {} });
    },
  });
}

export function useEndSession() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (session: string) => {
      await api.DELETE("/api/v1/sessions/{session}", { params: { path: { session } } });
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ["sessions"] }),
  });
}

export function useEndOtherSessions() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async () => {
      await api.DELETE("/api/v1/sessions", { params: { query: { keep_current: true } } });
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ["sessions"] }),
  });
}

/** A profile stands in two answers: one's own, and who is signed in. */
function useRefreshProfile() {
  const queries = useQueryClient();
  return () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: ["profile"] }),
      queries.invalidateQueries({ queryKey: ["me"] }),
    ]);
}
