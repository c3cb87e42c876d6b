import { Button, Select } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useProject } from "../../app/shell/useProject";
import { t } from "../../texts/texts";
import { Ago } from "../../ui/Ago";
import { Card } from "../../ui/Card";
import { Empty } from "../../ui/Empty";
import { FormProblem } from "../../ui/FormProblem";
import { ProblemNote } from "../../ui/ProblemNote";
import { SkeletonRows } from "../../ui/SkeletonRows";
import { Table } from "../../ui/Table";
import { offerUndo } from "../../ui/undo";
import { Who } from "../../ui/Who";
import { type Assignment, assignmentsQuery, principalsQuery, useGiveRole, useTakeRole } from "./api";
import { personName, roleName } from "./matrix";
import styles from "./Rights.module.css";

type AssignmentsProps = { organization: string; project: string; isAdmin: boolean; mayGive: boolean };

const everywhere = "everywhere";

/** Who was given which role, and where. */
export function Assignments({ organization, project, isAdmin, mayGive }: AssignmentsProps) {
  const query = useQuery(assignmentsQuery(organization, isAdmin ? undefined : project));
  const { me } = useProject();
  const take = useTakeRole(organization);
  const give = useGiveRole(organization);
  const error = take.error ?? give.error;
  const nameOf = (id: string | null) =>
    id ? (me.projects.find((one) => one.id === id)?.name ?? id) : t.rights.everywhere;
  const takeAway = async (one: Assignment) => {
    await take.mutateAsync(one.id);
    const { user_id, role_id, project_id } = one;
    offerUndo(t.rights.took(roleName(one.role_name), calledOf(one)), () =>
      give.mutate({ user_id, role_id, project_id }),
    );
  };
  return (
    <Card title={t.rights.tabs.people} hint={t.rights.peopleHint}>
      {mayGive && <GiveRole organization={organization} project={project} isAdmin={isAdmin} />}
      {query.isPending && <SkeletonRows count={4} height={34} />}
      {query.isError && <ProblemNote error={query.error} onRetry={() => query.refetch()} />}
      <FormProblem error={error} />
      {query.data?.length === 0 && (
        <Empty icon="lock" title={t.rights.noAssignments} hint={t.rights.noAssignmentsHint} />
      )}
      {query.data && query.data.length > 0 && (
        <Table
          label={t.rights.tabs.people}
          rows={query.data}
          keyOf={(one) => one.id}
          columns={[
            { name: t.rights.person, cell: (one) => <Who name={one.user_name} email={one.user_email} /> },
            { name: t.rights.role, cell: (one) => roleName(one.role_name) },
            { name: t.rights.where, cell: (one) => nameOf(one.project_id) },
            { name: t.rights.given, cell: (one) => <Ago time={one.created_at} /> },
          ]}
          menu={
            mayGive
              ? (one) => (
                  <Button
                    size="compact-sm"
                    variant="subtle"
                    color="gray"
                    aria-label={`${t.rights.take}: ${roleName(one.role_name)}, ${calledOf(one)}`}
                    onClick={() => takeAway(one).catch(() => undefined)}
                  >
                    {t.rights.take}
                  </Button>
                )
              : undefined
          }
        />
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
    notifications.show({ message: t.rights.gave(roleName(made.role_name), calledOf(made)) });
    setUser(null);
  };
  const projects = me.projects.filter((one) => one.organization_id === organization);
  const places = projects.map((one) => ({ value: one.id, label: one.name }));
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
          placeholder={t.rights.choose}
          data={principals.data?.people.map((one) => ({ value: one.id, label: personName(one) }))}
          value={user}
          onChange={setUser}
          searchable
          limit={100}
        />
        <Select
          label={t.rights.role}
          placeholder={t.rights.choose}
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
      <FormProblem error={give.error} />
    </>
  );
}

function calledOf(one: Assignment): string {
  return one.user_name || one.user_email;
}
