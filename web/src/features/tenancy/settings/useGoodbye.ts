import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";

/** Goes to what is left after an organization or a project is gone for who is signed in. */
export function useGoodbye() {
  const queries = useQueryClient();
  const navigate = useNavigate();
  return async (message: string) => {
    notifications.show({ message });
    // What belongs to it would only be refused now: who is signed in is asked again on the way, the rest never.
    await queries.cancelQueries();
    await queries.invalidateQueries({ queryKey: ["me"], refetchType: "none" });
    await navigate({ to: "/" });
    queries.removeQueries({
      predicate: (query) => query.queryKey[0] !== "me" && query.getObserversCount() === 0,
    });
  };
}
