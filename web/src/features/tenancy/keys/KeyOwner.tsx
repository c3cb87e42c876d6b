import { notifications } from "@mantine/notifications";
import type { ApiKey } from "../../../api/types";
import { t } from "../../../texts/texts";
import { Confirm } from "../../../ui/Confirm";
import { useUpdateKey } from "./api";

type KeyOwnerProps = { project: string; apiKey: ApiKey; onClose: () => void };

/** Lets the organization answer for a secret key, or its holder again. */
export function KeyOwner({ project, apiKey, onClose }: KeyOwnerProps) {
  const update = useUpdateKey(project);
  const isHandedOver = apiKey.owner === "organization";
  const name = apiKey.holder_name ?? t.apiKeys.nobody;
  const confirm = async () => {
    const owner = isHandedOver ? "person" : "organization";
    await update.mutateAsync({ id: apiKey.id, version: apiKey.version, owner });
    onClose();
    notifications.show({ message: t.apiKeys.saved(apiKey.name) });
  };
  return (
    <Confirm
      title={isHandedOver ? t.apiKeys.giveBackTitle(apiKey.name) : t.apiKeys.handOverTitle(apiKey.name)}
      action={isHandedOver ? t.apiKeys.giveBack : t.apiKeys.handOver}
      isMild
      isPending={update.isPending}
      error={update.error}
      onConfirm={confirm}
      onClose={onClose}
    >
      <p>{isHandedOver ? t.apiKeys.giveBackHint(name) : t.apiKeys.handOverHint(name)}</p>
    </Confirm>
  );
}
