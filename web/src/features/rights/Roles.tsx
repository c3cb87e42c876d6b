import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { t } from "../../texts/texts";
import { Icon } from "../../ui/Icon";
import { ProblemNote } from "../../ui/ProblemNote";
import { SkeletonRows } from "../../ui/SkeletonRows";
import { type Role, rolesQuery, vocabularyQuery } from "./api";
import { roleName } from "./matrix";
import styles from "./Rights.module.css";
import { RoleCard } from "./RoleCard";
import { RoleEditor } from "./RoleEditor";

const route = getRouteApi("/signed-in/p/$project/settings/rights");

type RolesProps = { organization: string; isAdmin: boolean };

/** All roles at the left, the chosen one as a matrix at the right. */
export function Roles({ organization, isAdmin }: RolesProps) {
  const { role: chosen, edit } = route.useSearch();
  const navigate = route.useNavigate();
  const roles = useQuery(rolesQuery(organization));
  const vocabulary = useQuery(vocabularyQuery);
  const error = roles.error ?? vocabulary.error;
  if (error) return <ProblemNote error={error} onRetry={() => roles.refetch()} />;
  if (!roles.data || !vocabulary.data) return <SkeletonRows count={8} height={34} />;
  const isNew = chosen === "new";
  const role = isNew ? undefined : (roles.data.find((one) => one.id === chosen) ?? roles.data[1]);
  const go = (id: string, editing?: boolean) =>
    navigate({ search: { role: id, edit: editing || undefined } });
  const group = (title: string, of: Role[]) => (
    <>
      <h2 className={styles.group}>{title}</h2>
      {of.map((one) => (
        <button
          key={one.id}
          type="button"
          className={styles.role}
          data-chosen={one.id === role?.id || undefined}
          aria-pressed={one.id === role?.id}
          onClick={() => go(one.id)}
        >
          <span className={styles.roleName}>{roleName(one.name)}</span>
          <span className={styles.count}>
            {one.is_active ? t.rights.holders(one.holders) : t.rights.inactive}
          </span>
        </button>
      ))}
    </>
  );
  const own = roles.data.filter((one) => !one.is_system_role);
  return (
    <div className={styles.columns}>
      <nav className={styles.list} aria-label={t.rights.tabs.roles}>
        {group(
          t.rights.same,
          roles.data.filter((one) => one.is_system_role),
        )}
        {group(t.rights.own, own)}
        {own.length === 0 && <p className={styles.faint}>{t.rights.noOwn}</p>}
        {isAdmin && (
          <Button
            variant="default"
            size="xs"
            mt="sm"
            leftSection={<Icon name="plus" size={15} />}
            onClick={() => go("new", true)}
          >
            {t.rights.newRole}
          </Button>
        )}
      </nav>
      {isAdmin && edit && (isNew || role) ? (
        <RoleEditor
          key={chosen}
          organization={organization}
          role={role}
          vocabulary={vocabulary.data}
          onDone={(id) => navigate({ search: { role: id } })}
        />
      ) : (
        role && (
          <RoleCard
            organization={organization}
            role={role}
            vocabulary={vocabulary.data}
            isAdmin={isAdmin}
            onEdit={() => go(role.id, true)}
          />
        )
      )}
    </div>
  );
}
