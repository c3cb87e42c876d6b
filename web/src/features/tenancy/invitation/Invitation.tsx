import { Button } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { problemOf } from "../../../api/problem";
import type { Me, OpenInvitation } from "../../../api/types";
import { t } from "../../../texts/texts";
import { FormProblem } from "../../../ui/FormProblem";
import { instant } from "../../../ui/instant";
import { Note } from "../../../ui/Note";
import { ProblemNote } from "../../../ui/ProblemNote";
import { SkeletonRows } from "../../../ui/SkeletonRows";
import { meQuery, useSignOut } from "../../accounts/api";
import { Entrance } from "../../accounts/Entrance";
import { openInvitationQuery, useAccept } from "./api";
import { useEnter } from "./enter";
import { NewAccount } from "./NewAccount";
import { forgetToken, useToken } from "./token";

/** Where the link in the mail of an invitation leads. */
export function Invitation() {
  const token = useToken();
  if (!token) return <Broken />;
  return <Opened token={token} />;
}

function Opened({ token }: { token: string }) {
  const invitation = useQuery(openInvitationQuery(token));
  const me = useQuery({ ...meQuery, retry: false });
  const [isEntering, setEntering] = useState(false);
  const enter = useEnter();
  // What stands here is used up now, and is not asked for again.
  const accepted = async () => {
    setEntering(true);
    await enter(invitation.data?.organization ?? "", me.isSuccess ? me.data : undefined).finally(() =>
      setEntering(false),
    );
  };
  if (isEntering || invitation.isPending || me.isPending) {
    return (
      <Entrance title={t.invitation.looking}>
        <SkeletonRows count={4} height={42} />
      </Entrance>
    );
  }
  if (invitation.isError) {
    const { status } = problemOf(invitation.error);
    if (status === 404) return <Broken />;
    return (
      <Entrance title={t.invitation.looking}>
        <ProblemNote error={invitation.error} onRetry={() => invitation.refetch()} />
      </Entrance>
    );
  }
  // Signed out is no failure here: most who come have no account yet.
  const known = me.isSuccess ? me.data : undefined;
  if (known && !isFor(invitation.data, known)) return <ForAnother invitation={invitation.data} me={known} />;
  const { organization, email, role, expires_at } = invitation.data;
  return (
    <Entrance
      title={t.invitation.title(organization)}
      lead={`${t.invitation.lead(email, t.invitation.roles[role])} ${t.invitation.until(instant(expires_at))}`}
    >
      {known ? (
        <Join token={token} invitation={invitation.data} me={known} onAccepted={accepted} />
      ) : (
        <NewAccount token={token} invitation={invitation.data} onAccepted={accepted} />
      )}
    </Entrance>
  );
}

type JoinProps = { token: string; invitation: OpenInvitation; me: Me; onAccepted: () => Promise<void> };

/** One button, for who is signed in with the invited address. */
function Join({ token, invitation, me, onAccepted }: JoinProps) {
  const accept = useAccept(token);
  const submit = async () => {
    await accept.mutateAsync({});
    await onAccepted();
  };
  const isForAnother = accept.isError && problemOf(accept.error).code === "invitation_for_another";
  return (
    <>
      <p>{t.invitation.signedInAs(me.user.email)}</p>
      {isForAnother ? (
        <Note tone="bad" icon="alertTriangle">
          {t.invitation.unverified}
        </Note>
      ) : (
        <FormProblem error={accept.error} />
      )}
      <Button size="md" fullWidth loading={accept.isPending} onClick={() => submit().catch(() => undefined)}>
        {t.invitation.join(invitation.organization)}
      </Button>
    </>
  );
}

function ForAnother({ invitation, me }: { invitation: OpenInvitation; me: Me }) {
  const signOut = useSignOut();
  const queries = useQueryClient();
  const [isLeaving, setLeaving] = useState(false);
  const leave = async () => {
    setLeaving(true);
    await signOut.mutateAsync().finally(() => setLeaving(false));
    await queries.resetQueries({ queryKey: ["me"] });
  };
  return (
    <Entrance
      title={t.invitation.forAnother}
      lead={t.invitation.forAnotherHint(me.user.email, invitation.email)}
    >
      <FormProblem error={signOut.error} />
      <Button size="md" fullWidth loading={isLeaving} onClick={() => leave().catch(() => undefined)}>
        {t.invitation.signOut}
      </Button>
      <Button component={Link} to="/" variant="subtle" fullWidth>
        {t.invitation.stay}
      </Button>
    </Entrance>
  );
}

function Broken() {
  const navigate = useNavigate();
  useEffect(forgetToken, []);
  return (
    <Entrance title={t.invitation.broken} lead={t.invitation.brokenHint}>
      <Button size="md" fullWidth onClick={() => navigate({ to: "/" })}>
        {t.shell.toHome}
      </Button>
    </Entrance>
  );
}

function isFor(invitation: OpenInvitation, me: Me): boolean {
  return invitation.email.toLowerCase() === me.user.email.toLowerCase();
}
