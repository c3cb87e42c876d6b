import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import type { Organization } from "../../../api/types";
import { useProject } from "../../../app/shell/useProject";
import { t } from "../../../texts/texts";
import { Confirm } from "../../../ui/Confirm";
import { useGoodbye } from "../settings/useGoodbye";
import { useRemoveMember } from "./api";

/** Leaves an organization. The last owner can't: the server says so. */
export function Leave({ organization }: { organization: Organization }) {
  const [isAsking, asking] = useDisclosure();
  const { me } = useProject();
  const remove = useRemoveMember(organization.id);
  const goodbye = useGoodbye();
  const confirm = async () => {
    await remove.mutateAsync(me.user.id);
    await goodbye(t.organizations.left(organization.name));
  };
  return (
    <>
      <Button variant="default" onClick={asking.open}>
        {t.organizations.leave}
      </Button>
      {isAsking && (
        <Confirm
          title={t.organizations.leaveTitle(organization.name)}
          action={t.organizations.leave}
          isPending={remove.isPending}
          error={remove.error}
          onConfirm={confirm}
          onClose={() => {
            remove.reset();
            asking.close();
          }}
        >
          <p>{t.organizations.leaveLost}</p>
        </Confirm>
      )}
    </>
  );
}
