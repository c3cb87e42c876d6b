import { queryOptions, useMutation } from "@tanstack/react-query";
import { api, body } from "../../../api/client";

export const openInvitationQuery = (token: string) =>
  queryOptions({
    queryKey: ["invitation", token],
    queryFn: async ({ signal }) =>
      body(await api.GET("/api/v1/invitations/{token}", { params: { path: { token } }, signal })),
    staleTime: 0,
    retry: false,
  });

type Acceptance = { password?: string; first_name?: string; last_name?: string };

export function useAccept(token: string) {
  return useMutation({
    mutationFn: async (acceptance: Acceptance) => {
      await api.POST("/api/v1/invitations/{token}/accept", { params: { path: { token } }, body: acceptance });
    },
  });
}
