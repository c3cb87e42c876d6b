import { ActionIcon, Button, Modal, Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { problemOf } from "../../api/problem";
import { t } from "../../texts/texts";
import { FormProblem } from "../../ui/FormProblem";
import { Icon } from "../../ui/Icon";
import { instant } from "../../ui/instant";
import { ProblemNote } from "../../ui/ProblemNote";
import { SkeletonRows } from "../../ui/SkeletonRows";
import { useReturnFocus } from "../../ui/useReturnFocus";
import {
  type Grant,
  type GrantLevel,
  grantsQuery,
  principalsQuery,
  type Thing,
  useGrant,
  useRevoke,
} from "./api";
import { personName, roleName } from "./matrix";
import styles from "./Rights.module.css";

type GrantsDialogProps = { organization: string; thing: Thing; name: string; onClose: () => void };

const levels: GrantLevel[] = ["view", "edit", "share", "admin"];
const times = { forever: 0, day: 1, week: 7, month: 30 };

/** Who was let in to a single thing, and letting others in: the same for everything that can be shared. */
export function GrantsDialog({ organization, thing, name, onClose }: GrantsDialogProps) {
  useReturnFocus();
  const query = useQuery(grantsQuery(thing));
  const revoke = useRevoke(thing);
  const problem = revoke.isError ? problemOf(revoke.error) : undefined;
  return (
    <Modal opened onClose={onClose} title={t.rights.shareTitle(name)} size="lg">
      {query.isPending && <SkeletonRows count={3} height={34} />}
      {query.isError && <ProblemNote error={query.error} onRetry={() => query.refetch()} />}
      {query.data && (
        <>
          {query.data.own_level && (
            <LetIn
              organization={organization}
              thing={thing}
              most={query.data.own_level}
              granted={query.data.items}
            />
          )}
          <h3 className={styles.part}>{t.rights.whoIsIn}</h3>
          {query.data.items.length === 0 && <p className={styles.faint}>{t.rights.noGrants}</p>}
          <ul className={styles.items}>
            {query.data.items.map((grant) => (
              <GrantRow
                key={grant.id}
                grant={grant}
                onRevoke={() => revoke.mutateAsync(grant).catch(() => undefined)}
              />
            ))}
          </ul>
          {problem && (
            <p role="alert" className={styles.problem}>
              {problem.message}
            </p>
          )}
        </>
      )}
    </Modal>
  );
}

function GrantRow({ grant, onRevoke }: { grant: Grant; onRevoke: () => void }) {
  const isRole = grant.principal_type === "role";
  const own = grant.principal_name || grant.principal_email || "";
  const name = isRole ? t.rights.everybodyWith(roleName(grant.principal_name)) : own;
  const end = grant.is_expired
    ? t.rights.ended
    : grant.expires_at && t.rights.ends(instant(grant.expires_at));
  const origin = grant.inherited_from && t.rights.from(grant.inherited_from.name);
  const notes = [grant.principal_email !== name && grant.principal_email, end, origin]
    .filter(Boolean)
    .join(" · ");
  return (
    <li className={styles.item}>
      <span className={styles.itemName}>
        {name}
        {notes && <span className={styles.under}>{notes}</span>}
      </span>
      <span>{t.rights.levels[grant.permission_type]}</span>
      {origin ? (
        <span style={{ width: 28 }} />
      ) : (
        <ActionIcon size="md" aria-label={`${t.rights.take}: ${name}`} onClick={onRevoke}>
          <Icon name="x" size={16} />
        </ActionIcon>
      )}
    </li>
  );
}

type LetInProps = { organization: string; thing: Thing; most: GrantLevel; granted: Grant[] };

function LetIn({ organization, thing, most, granted }: LetInProps) {
  const principals = useQuery(principalsQuery(organization));
  const grant = useGrant(thing);
  const [whom, setWhom] = useState<string | null>(null);
  const [level, setLevel] = useState<GrantLevel>("view");
  const [until, setUntil] = useState<keyof typeof times>("forever");
  const submit = async () => {
    const [type, id] = whom?.split(":") ?? [];
    if (!id) return;
    const days = times[until];
    // Who is in already gets another grant in place of the one that is shown.
    const isTheirs = (one: Grant) => !one.inherited_from && one.principal_id === id;
    await grant.mutateAsync({
      version: granted.find(isTheirs)?.version,
      principal_type: type === "role" ? "role" : "user",
      principal_id: id,
      permission_type: level,
      expires_at: days > 0 ? new Date(Date.now() + days * 86_400_000).toISOString() : undefined,
    });
    setWhom(null);
  };
  const people =
    principals.data?.people.map((one) => ({ value: `user:${one.id}`, label: personName(one) })) ?? [];
  const roles =
    principals.data?.roles.map((one) => ({ value: `role:${one.id}`, label: roleName(one.name) })) ?? [];
  return (
    <>
      <form
        className={styles.line}
        onSubmit={(event) => {
          event.preventDefault();
          submit().catch(() => undefined);
        }}
      >
        <Select
          label={t.rights.grantTo}
          placeholder={t.rights.choose}
          data={[
            { group: t.rights.people, items: people },
            { group: t.rights.roles, items: roles },
          ]}
          value={whom}
          onChange={setWhom}
          searchable
          limit={100}
          openOnFocus={false}
          // The dialog is open already when it is known who is in.
          autoFocus
          data-autofocus
        />
        <Select
          label={t.rights.level}
          data={levels
            .slice(0, levels.indexOf(most) + 1)
            .map((value) => ({ value, label: t.rights.levels[value] }))}
          value={level}
          onChange={(value) => value && setLevel(value as GrantLevel)}
          allowDeselect={false}
        />
        <Select
          label={t.rights.until}
          data={(Object.keys(times) as (keyof typeof times)[]).map((value) => ({
            value,
            label: t.rights[value],
          }))}
          value={until}
          onChange={(value) => value && setUntil(value as keyof typeof times)}
          allowDeselect={false}
        />
        <Button type="submit" disabled={!whom} loading={grant.isPending}>
          {t.rights.add}
        </Button>
      </form>
      <p className={styles.faint}>
        {t.rights.levels[level]}: {t.rights.levelHints[level].toLowerCase()}
      </p>
      <FormProblem error={grant.error} />
    </>
  );
}
