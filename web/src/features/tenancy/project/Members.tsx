import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { ProjectMember, ProjectRole } from "../../../api/types";
import { useProject } from "../../../app/shell/useProject";
import { t } from "../../../texts/texts";
import { Ago } from "../../../ui/Ago";
import { Card } from "../../../ui/Card";
import { Confirm } from "../../../ui/Confirm";
import { Empty } from "../../../ui/Empty";
import { FormProblem } from "../../../ui/FormProblem";
import { Page } from "../../../ui/Page";
import { ProblemNote } from "../../../ui/ProblemNote";
import { RowMenu } from "../../../ui/RowMenu";
import { ShowMore } from "../../../ui/ShowMore";
import { SkeletonRows } from "../../../ui/SkeletonRows";
import { Table } from "../../../ui/Table";
import { offerUndo } from "../../../ui/undo";
import { Who } from "../../../ui/Who";
import styles from "../settings/Form.module.css";
import { NotAllowed } from "../settings/NotAllowed";
import { RoleSelect } from "../settings/RoleSelect";
import { looksAfter, may } from "../settings/sections";
import { useGoodbye } from "../settings/useGoodbye";
import { AddMember } from "./AddMember";
import {
  projectMembersQuery,
  useAddProjectMember,
  useChangeProjectMember,
  useRemoveProjectMember,
} from "./api";
import { projectRoles } from "./roles";

/** Who may enter the project, and as what. */
export function Members() {
  const { me, project, organization } = useProject();
  const id = project?.id ?? "";
  const query = useInfiniteQuery({ ...projectMembersQuery(id), enabled: project !== undefined });
  const change = useChangeProjectMember(id);
  const remove = useRemoveProjectMember(id);
  const add = useAddProjectMember(id);
  const [leaving, setLeaving] = useState(false);
  const goodbye = useGoodbye();
  if (!project) return null;
  if (!may(project, "project_members:view")) return <NotAllowed title={t.settings.members} />;

  const members = query.data?.pages.flatMap((page) => page.items) ?? [];
  const isMe = (member: ProjectMember) => member.user_id === me.user.id;
  const mayChange = (member: ProjectMember) => may(project, "project_members:edit") && !isMe(member);
  const give = async (member: ProjectMember, role: ProjectRole) => {
    const { user_id: user } = member;
    const { version } = await change.mutateAsync({ user, role, version: member.version });
    const undo = () => change.mutate({ user, role: member.role, version });
    offerUndo(t.settings.roleChanged(nameOf(member), t.settings.roles[role]), undo);
  };
  const takeOut = async (member: ProjectMember) => {
    await remove.mutateAsync(member.user_id);
    const undo = () => add.mutate({ email: member.email, role: member.role });
    offerUndo(t.settings.memberRemoved(nameOf(member)), undo);
  };
  const leave = async () => {
    await remove.mutateAsync(me.user.id);
    await goodbye(t.settings.leftProject(project.name));
  };

  return (
    <Page title={t.settings.members} lead={t.settings.membersLead} width="text">
      {may(project, "project_members:create") && <AddMember project={project} organization={organization} />}
      <Card hint={t.settings.membersHint} title={project.name}>
        <FormProblem error={change.error ?? remove.error ?? add.error} />
        {query.isPending && <SkeletonRows count={4} height={34} />}
        {query.isError && <ProblemNote error={query.error} onRetry={() => query.refetch()} />}
        {query.data && members.length === 0 && (
          <Empty icon="users" title={t.settings.noMembers} hint={t.settings.noMembersHint} />
        )}
        {members.length > 0 && (
          <Table
            label={t.settings.members}
            rows={members}
            keyOf={(member) => member.user_id}
            columns={[
              {
                name: t.settings.person,
                cell: (member) => (
                  <Who
                    name={member.name}
                    email={member.email}
                    mark={isMe(member) ? t.settings.you : undefined}
                  />
                ),
              },
              {
                name: t.settings.role,
                cell: (member) =>
                  mayChange(member) ? (
                    <RoleSelect
                      aria-label={`${t.settings.role}: ${nameOf(member)}`}
                      size="xs"
                      names={t.settings.roles}
                      hints={t.settings.roleHints}
                      offered={projectRoles}
                      value={member.role}
                      onRole={(role) => give(member, role).catch(() => undefined)}
                    />
                  ) : (
                    t.settings.roles[member.role]
                  ),
              },
              { name: t.settings.since, cell: (member) => <Ago time={member.created_at} /> },
            ]}
            menu={(member) => (
              <RowMenu
                name={nameOf(member)}
                actions={[
                  isMe(member) && {
                    label: t.settings.leaveProject,
                    icon: "logout",
                    danger: true,
                    onClick: () => setLeaving(true),
                  },
                  !isMe(member) &&
                    may(project, "project_members:delete") && {
                      label: t.settings.removeMember,
                      icon: "trash",
                      danger: true,
                      onClick: () => takeOut(member).catch(() => undefined),
                    },
                ]}
              />
            )}
          />
        )}
        <ShowMore query={query} />
      </Card>
      {looksAfter(organization) && (
        <p className={styles.hint}>
          {t.settings.moreRoles}{" "}
          <Link to="/p/$project/settings/rights" params={{ project: project.id }} search={{ tab: "people" }}>
            {t.settings.rights}
          </Link>
          .
        </p>
      )}
      {leaving && (
        <Confirm
          title={t.settings.leaveProjectTitle}
          action={t.settings.leaveProject}
          isPending={remove.isPending}
          error={remove.error}
          onConfirm={leave}
          onClose={() => setLeaving(false)}
        >
          <p>{t.settings.leaveProjectHint}</p>
        </Confirm>
      )}
    </Page>
  );
}

function nameOf(member: ProjectMember): string {
  return member.name || member.email;
}
