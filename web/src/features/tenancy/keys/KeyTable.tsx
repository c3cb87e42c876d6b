import type { ApiKey, ProjectSummary } from "../../../api/types";
import { t } from "../../../texts/texts";
import { Ago } from "../../../ui/Ago";
import { FormProblem } from "../../../ui/FormProblem";
import { instant } from "../../../ui/instant";
import { RowMenu } from "../../../ui/RowMenu";
import { Table } from "../../../ui/Table";
import { offerUndo } from "../../../ui/undo";
import { may } from "../settings/sections";
import { useUpdateKey } from "./api";
import type { Dialog } from "./Keys";
import styles from "./Keys.module.css";
import { statusOf } from "./status";

type KeyTableProps = {
  project: ProjectSummary;
  keys: ApiKey[];
  /** Whether who looks may speak for the organization. */
  mayHandOver: boolean;
  onOpen: (dialog: Dialog) => void;
};

/** Keys in rows: switching off can be undone, deleting asks first. */
export function KeyTable({ project, keys, mayHandOver, onOpen }: KeyTableProps) {
  const update = useUpdateKey(project.id);
  const mayEdit = may(project, "api_keys:edit");
  const setActive = async (key: ApiKey, is_active: boolean) => {
    const { version } = await update.mutateAsync({ id: key.id, version: key.version, is_active });
    const said = is_active ? t.apiKeys.switchedOn(key.name) : t.apiKeys.switchedOff(key.name);
    offerUndo(said, () => update.mutate({ id: key.id, version, is_active: !is_active }));
  };
  const columns = t.apiKeys.columns;
  return (
    <>
      <FormProblem error={update.error} />
      <Table
        label={t.settings.keys}
        rows={keys}
        keyOf={(key) => key.id}
        columns={[
          {
            name: columns.name,
            cell: (key) => (
              <>
                {key.name}
                <code className={styles.prefix}>{key.prefix}…</code>
              </>
            ),
          },
          {
            name: columns.kind,
            cell: (key) => (
              <span title={key.scopes.join(", ") || t.apiKeys.kindHints[key.kind]}>
                {t.apiKeys.kindsShort[key.kind]}
                {key.kind === "secret" && (
                  <span className={styles.faint}>{t.apiKeys.scopesCount(key.scopes.length)}</span>
                )}
              </span>
            ),
          },
          {
            name: columns.used,
            cell: (key) => (key.last_used_at ? <Ago time={key.last_used_at} /> : t.words.never),
          },
          {
            name: columns.expires,
            cell: (key) => (key.expires_at ? instant(key.expires_at) : t.words.never),
          },
          { name: columns.holder, cell: (key) => <Holder apiKey={key} /> },
          { name: columns.status, cell: (key) => <Status apiKey={key} /> },
        ]}
        menu={(key) => (
          <RowMenu
            name={key.name}
            actions={[
              mayEdit && {
                label: t.apiKeys.edit,
                icon: "pencil",
                onClick: () => onOpen({ kind: "edit", key }),
              },
              mayEdit && {
                label: t.apiKeys.rotate,
                icon: "repeat",
                onClick: () => onOpen({ kind: "rotate", key }),
              },
              mayEdit && {
                label: key.is_active ? t.apiKeys.deactivate : t.apiKeys.activate,
                icon: key.is_active ? "playerPause" : "playerPlay",
                onClick: () => setActive(key, !key.is_active).catch(() => undefined),
              },
              mayHandOver &&
                key.kind === "secret" && {
                  label: key.owner === "person" ? t.apiKeys.handOver : t.apiKeys.giveBack,
                  icon: "building",
                  onClick: () => onOpen({ kind: "owner", key }),
                },
              may(project, "api_keys:delete") && {
                label: t.apiKeys.remove,
                icon: "trash",
                danger: true,
                onClick: () => onOpen({ kind: "delete", key }),
              },
            ]}
          />
        )}
      />
    </>
  );
}

/** Whose rights a secret key has. */
function Holder({ apiKey }: { apiKey: ApiKey }) {
  const name = apiKey.holder_name ?? t.apiKeys.nobody;
  if (apiKey.kind === "write") return <span className={styles.faint}>{t.apiKeys.project}</span>;
  if (apiKey.owner === "person") return name;
  return (
    <span>
      {t.apiKeys.organization}
      <span className={styles.faint}>{t.apiKeys.secretOf(name)}</span>
    </span>
  );
}

function Status({ apiKey }: { apiKey: ApiKey }) {
  const now = Date.now();
  const status = statusOf(apiKey, now);
  const previous = apiKey.previous_expires_at;
  const missing = apiKey.scopes.filter((scope) => !apiKey.working_scopes.includes(scope));
  const isLess = status === "limited" || status === "stopped";
  return (
    <span title={isLess ? t.apiKeys.lessHint(missing.join(", ")) : undefined}>
      <span className={styles.status} data-status={status}>
        {t.apiKeys[status]}
      </span>
      {previous && Date.parse(previous) > now && (
        <span className={styles.faint}>{t.apiKeys.oldWorks(instant(previous))}</span>
      )}
    </span>
  );
}
