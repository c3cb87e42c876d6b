import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { t } from "../../texts/texts";
import { Confirm } from "../../ui/Confirm";
import { useDeactivate } from "./api";

/** Leaving: asked about, because only an admin can undo it. */
export function Deactivation() {
  const [isAsking, asking] = useDisclosure();
  const deactivate = useDeactivate();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const leave = async () => {
    await deactivate.mutateAsync();
    await navigate({ to: "/sign-in" });
    queries.clear();
  };
  return (
    <>
      <Button variant="default" onClick={asking.open}>
        {t.accounts.deactivate}
      </Button>
      {isAsking && (
        <Confirm
          title={t.accounts.deactivateTitle}
          action={t.accounts.deactivate}
          isPending={deactivate.isPending}
          error={deactivate.error}
          onConfirm={leave}
          onClose={asking.close}
        >
          <p>{t.accounts.deactivateHint}</p>
        </Confirm>
      )}
    </>
  );
}
