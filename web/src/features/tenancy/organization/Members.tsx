import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useRouter } from "@tanstack/react-router";
import { useState } from "react";
import type { OrganizationMember, OrganizationRole } from "../../../api/types";
import { useProject } from "../../../app/shell/useProject";
import { t } from "../../../texts/texts";
import { Ago } from "../../../ui/Ago";
import { Card } from "../../../ui/Card";
import { Confirm } from "../../../ui/Confirm";
import { Empty } from "../../../ui/Empty";
import { FormProblem } from "../../../ui/FormProblem";
import { Icon } from "../../../ui/Icon";
import { Page } from "../../../ui/Page";
import { ProblemNote } from "../../../ui/ProblemNote";
import { RowMenu } from "../../../ui/RowMenu";
import { SearchField } from "../../../ui/SearchField";
import { ShowMore } from "../../../ui/ShowMore";
import { SkeletonRows } from "../../../ui/SkeletonRows";
import { Table } from "../../../ui/Table";
import { offerUndo } from "../../../ui/undo";
import { Who } from "../../../ui/Who";
import { NotAllowed } from "../settings/NotAllowed";
import { RoleSelect } from "../settings/RoleSelect";
import { looksAfter } from "../settings/sections";
import { membersQuery, useChangeMember, useRefresh, useRemoveMember } from "./api";
import { MemberProjects } from "./MemberProjects";
import { mayChange, rolesFor } from "./roles";

const route = getRouteApi("/signed-in/o/$organization/settings/members");

/** Everybody who belongs to an organization. */
export function Members() {
  const { me, organization } = useProject();
  const { search } = route.useSearch();
  const navigate = route.useNavigate();
  const router = useRouter();
  const id = organization?.id ?? "";
  const isAllowed = looksAfter(organization);
  const query = useInfiniteQuery({ ...membersQuery(id, search), enabled: isAllowed });
  const change = useChangeMember(id);
  const [removing, setRemoving] = useState<OrganizationMember>();
  const look = (search: string | undefined) => navigate({ search: { search }, replace: true });
  if (!organization) return null;
  if (!isAllowed) return <NotAllowed title={t.organizations.members} />;

  const members = query.data?.pages.flatMap((page) => page.items) ?? [];
  const give = async (member: OrganizationMember, role: OrganizationRole) => {
    const { user_id: user } = member;
    const { version } = await change.mutateAsync({ user, role, version: member.version });
    const undo = () => change.mutate({ user, role: member.role, version });
    offerUndo(t.organizations.roleChanged(nameOf(member), t.organizations.roles[role]), undo);
    if (member.user_id === me.user.id) await router.invalidate();
  };
  const invite = (
    <Button
      leftSection={<Icon name="plus" size={16} />}
      renderRoot={(props) => (
        <Link {...props} to="/o/$organization/settings/invitations" params={{ organization: id }} />
      )}
    >
      {t.organizations.invite}
    </Button>
  );
  return (
    <Page
      title={t.organizations.members}
      lead={t.organizations.membersLead(organization.name)}
      actions={invite}
      width="text"
    >
      <SearchField key={organization.id} label={t.organizations.search} value={search} onSearch={look} />
      <Card>
        <FormProblem error={change.error} />
        {query.isPending && <SkeletonRows count={5} height={34} />}
        {query.isError && <ProblemNote error={query.error} onRetry={() => query.refetch()} />}
        {query.data && members.length === 0 && (
          <Empty icon="search" title={t.organizations.nobodyFound} hint={t.organizations.nobodyFoundHint} />
        )}
        {members.length > 0 && (
          <Table
            label={t.organizations.members}
            rows={members}
            keyOf={(member) => member.user_id}
            columns={[
              {
                name: t.organizations.columns.person,
                cell: (member) => (
                  <Who name={member.name} email={member.email} mark={markOf(member, me.user.id)} />
                ),
              },
              {
                name: t.organizations.columns.role,
                cell: (member) =>
                  mayChange(organization.role, member, me.user.id) ? (
                    <RoleSelect
                      aria-label={`${t.organizations.columns.role}: ${nameOf(member)}`}
                      size="xs"
                      names={t.organizations.roles}
                      hints={t.organizations.roleHints}
                      offered={rolesFor(organization.role)}
                      value={member.role}
                      onRole={(role) => give(member, role).catch(() => undefined)}
                    />
                  ) : (
                    t.organizations.roles[member.role]
                  ),
              },
              {
                name: t.organizations.columns.projects,
                cell: (member) => <MemberProjects member={member} projects={me.projects} />,
              },
              { name: t.organizations.columns.since, cell: (member) => <Ago time={member.joined_at} /> },
            ]}
            menu={(member) => (
              <RowMenu
                name={nameOf(member)}
                actions={[
                  mayChange(organization.role, member, me.user.id) && {
                    label: t.organizations.removeMember,
                    icon: "trash",
                    danger: true,
                    onClick: () => setRemoving(member),
                  },
                ]}
              />
            )}
          />
        )}
        <ShowMore query={query} />
      </Card>
      {removing && <Remove organization={id} member={removing} onClose={() => setRemoving(undefined)} />}
    </Page>
  );
}

type RemoveProps = { organization: string; member: OrganizationMember; onClose: () => void };

function Remove({ organization, member, onClose }: RemoveProps) {
  const remove = useRemoveMember(organization);
  const refresh = useRefresh(organization);
  const name = nameOf(member);
  const confirm = async () => {
    await remove.mutateAsync(member.user_id);
    await refresh();
    onClose();
    notifications.show({ message: t.organizations.memberRemoved(name) });
  };
  return (
    <Confirm
      title={t.organizations.removeMemberTitle(name)}
      action={t.organizations.removeMemberAction}
      isPending={remove.isPending}
      error={remove.error}
      onConfirm={confirm}
      onClose={onClose}
    >
      <p>{t.organizations.removeMemberLost(name)}</p>
    </Confirm>
  );
}

function nameOf(member: OrganizationMember): string {
  return member.name || member.email;
}

function markOf(member: OrganizationMember, me: string): string | undefined {
  if (member.user_id === me) return t.settings.you;
  return member.is_active ? undefined : t.organizations.cannotSignIn;
}
