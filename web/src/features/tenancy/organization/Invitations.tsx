import { notifications } from "@mantine/notifications";
import { useInfiniteQuery } from "@tanstack/react-query";
import type { Invitation } from "../../../api/types";
import { useProject } from "../../../app/shell/useProject";
import { t } from "../../../texts/texts";
import { Card } from "../../../ui/Card";
import { Empty } from "../../../ui/Empty";
import { FormProblem } from "../../../ui/FormProblem";
import { instant } from "../../../ui/instant";
import { Page } from "../../../ui/Page";
import { ProblemNote } from "../../../ui/ProblemNote";
import { RowMenu } from "../../../ui/RowMenu";
import { ShowMore } from "../../../ui/ShowMore";
import { SkeletonRows } from "../../../ui/SkeletonRows";
import { Table } from "../../../ui/Table";
import { MailHint } from "../../accounts/MailHint";
import { NotAllowed } from "../settings/NotAllowed";
import { looksAfter } from "../settings/sections";
import { invitationsQuery, useResendInvitation, useRevokeInvitation } from "./api";
import { InviteForm } from "./InviteForm";
import members from "./Members.module.css";

/** Who is invited and has not come yet, and the form to invite somebody. */
export function Invitations() {
  const { me, organization } = useProject();
  const id = organization?.id ?? "";
  const isAllowed = looksAfter(organization);
  const query = useInfiniteQuery({ ...invitationsQuery(id), enabled: isAllowed });
  const resend = useResendInvitation(id);
  const revoke = useRevokeInvitation(id);
  if (!organization) return null;
  if (!isAllowed) return <NotAllowed title={t.organizations.invitations} />;

  const invitations = query.data?.pages.flatMap((page) => page.items) ?? [];
  const columns = t.organizations.invitationColumns;
  const nameOf = (project: string) => me.projects.find((one) => one.id === project)?.name;
  const sendAgain = async ({ id: invitation, email }: Invitation) => {
    await resend.mutateAsync(invitation);
    notifications.show({ message: t.organizations.resent(email) });
  };
  const takeBack = async ({ id: invitation, email }: Invitation) => {
    await revoke.mutateAsync(invitation);
    notifications.show({ message: t.organizations.revoked(email) });
  };
  return (
    <Page title={t.organizations.invitations} lead={t.organizations.invitationsLead} width="text">
      <MailHint />
      <InviteForm key={organization.id} organization={organization} />
      <Card>
        <FormProblem error={resend.error ?? revoke.error} />
        {query.isPending && <SkeletonRows count={3} height={34} />}
        {query.isError && <ProblemNote error={query.error} onRetry={() => query.refetch()} />}
        {query.data && invitations.length === 0 && (
          <Empty icon="mail" title={t.organizations.noInvitations} hint={t.organizations.noInvitationsHint} />
        )}
        {invitations.length > 0 && (
          <Table
            label={t.organizations.invitations}
            rows={invitations}
            keyOf={(invitation) => invitation.id}
            columns={[
              { name: columns.email, cell: (invitation) => invitation.email },
              { name: columns.role, cell: (invitation) => t.organizations.roles[invitation.role] },
              {
                name: columns.projects,
                cell: (invitation) => (
                  <ul className={members.places}>
                    {invitation.projects.map(({ project_id, role }) => (
                      <li key={project_id}>
                        {t.organizations.projectRole(nameOf(project_id) ?? "", t.settings.roles[role])}
                      </li>
                    ))}
                    {invitation.projects.length === 0 && (
                      <li>
                        {invitation.role === "member"
                          ? t.organizations.noProjects
                          : t.organizations.allProjects}
                      </li>
                    )}
                  </ul>
                ),
              },
              {
                name: columns.expires,
                cell: (invitation) => instant(invitation.expires_at),
              },
            ]}
            menu={(invitation) => (
              <RowMenu
                name={invitation.email}
                actions={[
                  {
                    label: t.organizations.resend,
                    icon: "mail",
                    onClick: () => sendAgain(invitation).catch(() => undefined),
                  },
                  {
                    label: t.organizations.revoke,
                    icon: "x",
                    danger: true,
                    onClick: () => takeBack(invitation).catch(() => undefined),
                  },
                ]}
              />
            )}
          />
        )}
        <ShowMore query={query} />
      </Card>
    </Page>
  );
}
