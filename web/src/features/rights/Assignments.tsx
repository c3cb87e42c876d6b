import { Button, Select } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { problemOf } from "../../api/problem";
import { useProject } from "../../app/shell/useProject";
import { t } from "../../texts/texts";
import { Ago } from "../../ui/Ago";
import { Card } from "../../ui/Card";
import { Empty } from "../../ui/Empty";
import { ProblemNote } from "../../ui/ProblemNote";
import { SkeletonRows } from "../../ui/SkeletonRows";
import { type Assignment, assignmentsQuery, principalsQuery, useGiveRole, useTakeRole } from "./api";
import styles from "./Rights.module.css";
import { roleName } from "./roleName";

type AssignmentsProps = { organization: string; project: string; isAdmin: boolean; mayGive: boolean };

const everywhere = "everywhere";

/** Who was given which role, and where. */
export function Assignments({ organization, project, isAdmin, mayGive }: AssignmentsProps) {
  const query = useQuery(assignmentsQuery(organization, isAdmin ? undefined : project));
  const { me } = useProject();
  const take = useTakeRole(organization);
  const nameOf = (id: string | null) =>
    id ? (me.projects.find((one) => one.id === id)?.name ?? id) : t.rights.everywhere;
  const takeAway = async (one: Assignment) => {
    await take.mutateAsync(one.id);
    notifications.show({ message: t.rights.took(roleName(one.role_name), one.user_name) });
  };
  return (
    <Card title={t.rights.tabs.people} hint={t.rights.peopleHint}>
      {mayGive && <GiveRole organization={organization} project={project} isAdmin={isAdmin} />}
      {query.isPending && <SkeletonRows count={4} height={34} />}
      {query.isError && <ProblemNote error={query.error} onRetry={() => query.refetch()} />}
      {take.isError && (
        <p role="alert" className={styles.problem}>
          {problemOf(take.error).message}
        </p>
      )}
      {query.data?.length === 0 && (
        <Empty icon="lock" title={t.rights.noAssignments} hint={t.rights.noAssignmentsHint} />
      )}
      {query.data && query.data.length > 0 && (
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{t.rights.person}</th>
              <th scope="col">{t.rights.role}</th>
              <th scope="col">{t.rights.where}</th>
              <th scope="col" className={styles.wide}>
                {t.rights.given}
              </th>
              <td />
            </tr>
          </thead>
          <tbody>
            {query.data.map((one) => (
              <tr key={one.id}>
                <th scope="row">
                  {one.user_name}
                  <span className={styles.under}>{one.user_email}</span>
                </th>
                <td>{roleName(one.role_name)}</td>
                <td>{nameOf(one.project_id)}</td>
                <td className={styles.wide}>
                  <Ago time={one.created_at} />
                </td>
                <td className={styles.end}>
                  {mayGive && (
                    <Button
                      size="compact-sm"
                      variant="subtle"
                      color="gray"
                      onClick={() => takeAway(one).catch(() => undefined)}
                    >
                      {t.rights.take}
                    </Button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  );
}

type GiveRoleProps = { organization: string; project: string; isAdmin: boolean };

function GiveRole({ organization, project, isAdmin }: GiveRoleProps) {
  const principals = useQuery(principalsQuery(organization));
  const { me } = useProject();
  const give = useGiveRole(organization);
  const [user, setUser] = useState<string | null>(null);
  const [role, setRole] = useState<string | null>(null);
  const [place, setPlace] = useState<string | null>(project);
  const submit = async () => {
    if (!user || !role) return;
    const project_id = place === everywhere ? undefined : (place ?? undefined);
    const made = await give.mutateAsync({ user_id: user, role_id: role, project_id });
    notifications.show({ message: t.rights.gave(roleName(made.role_name), made.user_name) });
    setUser(null);
  };
  const projects = me.projects.filter((one) => one.organization_id === organization);
  const places = projects.map((one) => ({ value: one.id, label: one.name }));
  const problem = give.isError ? problemOf(give.error) : undefined;
  return (
    <>
      <form
        className={styles.line}
        aria-label={t.rights.give}
        onSubmit={(event) => {
          event.preventDefault();
          submit().catch(() => undefined);
        }}
      >
        <Select
          label={t.rights.person}
          data={principals.data?.people.map((one) => ({
            value: one.id,
            label: `${one.name} (${one.email})`,
          }))}
          value={user}
          onChange={setUser}
          searchable
          limit={100}
        />
        <Select
          label={t.rights.role}
          data={principals.data?.roles.map((one) => ({ value: one.id, label: roleName(one.name) }))}
          value={role}
          onChange={setRole}
          searchable
        />
        <Select
          label={t.rights.where}
          data={isAdmin ? [{ value: everywhere, label: t.rights.everywhere }, ...places] : places}
          value={place}
          onChange={setPlace}
          allowDeselect={false}
        />
        <Button type="submit" disabled={!user || !role} loading={give.isPending}>
          {t.rights.giveAction}
        </Button>
      </form>
      {problem && (
        <p role="alert" className={styles.problem}>
          {problem.message}
        </p>
      )}
    </>
  );
}
