import { notifications } from "@mantine/notifications";
import type { ClientConfig } from "../../../api/types";
import { t } from "../../../texts/texts";
import { Confirm } from "../../../ui/Confirm";
import { useDeleteConfig } from "./api";

type DeleteConfigProps = { project: string; config: ClientConfig; onClose: () => void };

/** Deletes a configuration, after asking. */
export function DeleteConfig({ project, config, onClose }: DeleteConfigProps) {
  const remove = useDeleteConfig(project);
  const confirm = async () => {
    await remove.mutateAsync(config.id);
    onClose();
    notifications.show({ message: t.configs.removed(config.name) });
  };
  return (
    <Confirm
      title={t.configs.removeTitle(config.name)}
      action={t.configs.removeAction}
      isPending={remove.isPending}
      error={remove.error}
      onConfirm={confirm}
      onClose={onClose}
    >
      <p>{t.configs.removeHint}</p>
    </Confirm>
  );
}
