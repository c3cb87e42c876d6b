import { notifications } from "@mantine/notifications";
import type { ApiKey } from "../../../api/types";
import { t } from "../../../texts/texts";
import { Confirm } from "../../../ui/Confirm";
import { useDeleteKey } from "./api";

type DeleteKeyProps = { project: string; apiKey: ApiKey; onClose: () => void };

/** Deletes a key, after asking. */
export function DeleteKey({ project, apiKey, onClose }: DeleteKeyProps) {
  const remove = useDeleteKey(project);
  const confirm = async () => {
    await remove.mutateAsync(apiKey.id);
    onClose();
    notifications.show({ message: t.apiKeys.removed(apiKey.name) });
  };
  return (
    <Confirm
      title={t.apiKeys.removeTitle(apiKey.name)}
      action={t.apiKeys.removeAction}
      isPending={remove.isPending}
      error={remove.error}
      onConfirm={confirm}
      onClose={onClose}
    >
      <p>{t.apiKeys.removeHint}</p>
    </Confirm>
  );
}
