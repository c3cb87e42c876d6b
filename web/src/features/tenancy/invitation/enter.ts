import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { Me } from "../../../api/types";
import { t } from "../../../texts/texts";
import { meQuery } from "../../accounts/api";
import { forgetToken } from "./token";

/** Goes to what an invitation has opened: the new project, or else the new organization. */
export function useEnter() {
  const queries = useQueryClient();
  const navigate = useNavigate();
  return async (organization: string, before?: Me) => {
    forgetToken();
    const me = await queries.fetchQuery({ ...meQuery, staleTime: 0 });
    notifications.show({ message: t.invitation.joined(organization) });
    const { project, organization: joined } = newPlaces(me, before);
    if (project) await navigate({ to: "/p/$project", params: { project } });
    else if (before && joined) {
      await navigate({ to: "/o/$organization/settings", params: { organization: joined } });
    } else await navigate({ to: "/" });
  };
}

/** Returns the first project and the first organization that somebody has not seen before. */
export function newPlaces(me: Me, before?: Me): { project?: string; organization?: string } {
  const newOf = (now: { id: string }[], then: { id: string }[] = []) =>
    now.find((one) => !then.some((other) => other.id === one.id))?.id;
  return {
    project: newOf(me.projects, before?.projects),
    organization: newOf(me.organizations, before?.organizations),
  };
}
