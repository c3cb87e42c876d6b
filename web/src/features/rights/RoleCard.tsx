import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { t } from "../../texts/texts";
import { Card } from "../../ui/Card";
import { Confirm } from "../../ui/Confirm";
import { Icon } from "../../ui/Icon";
import { ProblemNote } from "../../ui/ProblemNote";
import { type Role, useDeleteRole, useSaveRole, type Vocabulary } from "./api";
import { Conditions } from "./Conditions";
import { roleName, ruleText } from "./matrix";
import styles from "./Rights.module.css";
import { RoleMatrix } from "./RoleMatrix";

const route = getRouteApi("/signed-in/p/$project/settings/rights");

type RoleCardProps = {
  organization: string;
  role: Role;
  vocabulary: Vocabulary;
  isAdmin: boolean;
  onEdit: () => void;
};

/** A role as it is: its matrix, its conditions in words, the events it shows. */
export function RoleCard({ organization, role, vocabulary, isAdmin, onEdit }: RoleCardProps) {
  const navigate = route.useNavigate();
  const save = useSaveRole(organization);
  const [isDeleting, setDeleting] = useState(false);
  const copy = async () => {
    const { description, permissions, row_rules } = role;
    const change = {
      name: t.rights.copyOf(roleName(role.name)),
      description: description ?? "",
      permissions,
      row_rules: row_rules ?? undefined,
    };
    const made = await save.mutateAsync({ change });
    await navigate({ search: { role: made.id, edit: true } });
  };
  const actions = isAdmin && (
    <div className={styles.buttons}>
      <Button
        size="xs"
        variant="default"
        leftSection={<Icon name="copy" size={15} />}
        loading={save.isPending}
        onClick={() => copy().catch(() => undefined)}
      >
        {t.rights.copyRole}
      </Button>
      {!role.is_system_role && (
        <>
          <Button size="xs" variant="default" leftSection={<Icon name="pencil" size={15} />} onClick={onEdit}>
            {t.rights.editRole}
          </Button>
          <Button
            size="xs"
            variant="default"
            leftSection={<Icon name="trash" size={15} />}
            onClick={() => setDeleting(true)}
          >
            {t.rights.deleteRole}
          </Button>
        </>
      )}
    </div>
  );
  return (
    <Card title={roleName(role.name)} hint={role.description} actions={actions}>
      {save.isError && <ProblemNote error={save.error} />}
      <h3 className={styles.part}>{t.rights.matrix}</h3>
      <RoleMatrix vocabulary={vocabulary} permissions={role.permissions} />
      <Conditions permissions={role.permissions} />
      <h3 className={styles.part}>{t.rights.rows}</h3>
      {!role.has_row_rules && <p className={styles.sentence}>{t.rights.allRows}</p>}
      {role.has_row_rules && !role.row_rules && <p className={styles.sentence}>{t.rights.someRows}</p>}
      {role.row_rules?.map((rule) => (
        <p key={ruleText(rule)} className={styles.sentence}>
          {ruleText(rule)}
        </p>
      ))}
      {isDeleting && (
        <DeleteRole organization={organization} role={role} onClose={() => setDeleting(false)} />
      )}
    </Card>
  );
}

type DeleteRoleProps = { organization: string; role: Role; onClose: () => void };

function DeleteRole({ organization, role, onClose }: DeleteRoleProps) {
  const navigate = route.useNavigate();
  const remove = useDeleteRole(organization);
  const confirm = async () => {
    await remove.mutateAsync(role.id);
    onClose();
    notifications.show({ message: t.rights.deleted(role.name) });
    await navigate({ search: {} });
  };
  return (
    <Confirm
      title={t.rights.deleteTitle(role.name)}
      action={t.rights.deleteRole}
      isPending={remove.isPending}
      error={remove.error}
      onConfirm={confirm}
      onClose={onClose}
    >
      <p>{t.rights.deleteHint(role.holders)}</p>
    </Confirm>
  );
}
