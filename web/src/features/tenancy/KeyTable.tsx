import { ActionIcon, Button, Menu, Modal, VisuallyHidden } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState } from "react";
import type { ApiKey } from "../../api/types";
import { locale, t } from "../../texts/texts";
import { Ago } from "../../ui/Ago";
import { Icon } from "../../ui/Icon";
import { ProblemNote } from "../../ui/ProblemNote";
import { useReturnFocus } from "../../ui/useReturnFocus";
import { useDeleteKey, useUpdateKey } from "./api";
import styles from "./KeyTable.module.css";

type KeyTableProps = { project: string; keys: ApiKey[] };

const day = new Intl.DateTimeFormat(locale, { dateStyle: "medium" });

/** Keys in rows: deactivating can be undone, deleting asks first. */
export function KeyTable({ project, keys }: KeyTableProps) {
  const update = useUpdateKey(project);
  const [deleting, setDeleting] = useState<ApiKey>();
  const setActive = async (key: ApiKey, is_active: boolean) => {
    await update.mutateAsync({ id: key.id, is_active });
    const said = is_active ? t.settings.activated(key.name) : t.settings.deactivated(key.name);
    const undo = () => update.mutateAsync({ id: key.id, is_active: !is_active });
    notifications.show({
      message: (
        <span className={styles.undo}>
          {said}
          <Button size="compact-sm" variant="subtle" onClick={undo}>
            {t.words.undo}
          </Button>
        </span>
      ),
    });
  };
  const columns = t.settings.keyColumns;
  return (
    <>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{columns.name}</th>
            <th scope="col">{columns.key}</th>
            <th scope="col" className={styles.wide}>
              {columns.created}
            </th>
            <th scope="col" className={styles.wide}>
              {columns.used}
            </th>
            <th scope="col">{columns.status}</th>
            <th scope="col">
              <VisuallyHidden>{t.words.more}</VisuallyHidden>
            </th>
          </tr>
        </thead>
        <tbody>
          {keys.map((key) => (
            <tr key={key.id}>
              <th scope="row">{key.name}</th>
              <td>
                <code>{key.prefix}…</code>
              </td>
              <td className={styles.wide}>{day.format(new Date(key.created_at))}</td>
              <td className={styles.wide}>
                {key.last_used_at ? <Ago time={key.last_used_at} /> : t.words.never}
              </td>
              <td>
                <Status apiKey={key} />
              </td>
              <td className={styles.menu}>
                <KeyMenu
                  apiKey={key}
                  onActive={(active) => setActive(key, active).catch(() => undefined)}
                  onDelete={() => setDeleting(key)}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {deleting && <DeleteKey project={project} apiKey={deleting} onClose={() => setDeleting(undefined)} />}
    </>
  );
}

function Status({ apiKey }: { apiKey: ApiKey }) {
  const isExpired = apiKey.expires_at && Date.parse(apiKey.expires_at) < Date.now();
  const status = isExpired ? "expired" : apiKey.is_active ? "active" : "inactive";
  return (
    <span className={styles.status} data-status={status}>
      {t.settings[status]}
    </span>
  );
}

type KeyMenuProps = { apiKey: ApiKey; onActive: (active: boolean) => void; onDelete: () => void };

function KeyMenu({ apiKey, onActive, onDelete }: KeyMenuProps) {
  return (
    <Menu position="bottom-end" width={170}>
      <Menu.Target>
        <ActionIcon size="md" aria-label={`${t.words.more}: ${apiKey.name}`}>
          <Icon name="dots" size={17} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<Icon name={apiKey.is_active ? "playerPause" : "playerPlay"} size={16} />}
          onClick={() => onActive(!apiKey.is_active)}
        >
          {apiKey.is_active ? t.settings.deactivate : t.settings.activate}
        </Menu.Item>
        <Menu.Item className={styles.danger} leftSection={<Icon name="trash" size={16} />} onClick={onDelete}>
          {t.settings.remove}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function DeleteKey({ project, apiKey, onClose }: { project: string; apiKey: ApiKey; onClose: () => void }) {
  useReturnFocus();
  const remove = useDeleteKey(project);
  const confirm = async () => {
    await remove.mutateAsync(apiKey.id);
    onClose();
    notifications.show({ message: t.settings.removed(apiKey.name) });
  };
  return (
    <Modal opened onClose={onClose} title={t.settings.removeTitle(apiKey.name)}>
      <p>{t.settings.removeHint}</p>
      {remove.isError && <ProblemNote error={remove.error} />}
      <div className={styles.confirm}>
        <Button variant="default" onClick={onClose} data-autofocus>
          {t.words.cancel}
        </Button>
        <Button color="red" loading={remove.isPending} onClick={() => confirm().catch(() => undefined)}>
          {t.settings.removeAction}
        </Button>
      </div>
    </Modal>
  );
}
