import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import type { UserAccount } from "../../../api/types";
import { t } from "../../../texts/texts";
import { Ago } from "../../../ui/Ago";
import { Card } from "../../../ui/Card";
import { Empty } from "../../../ui/Empty";
import { Icon } from "../../../ui/Icon";
import { Page } from "../../../ui/Page";
import { ProblemNote } from "../../../ui/ProblemNote";
import { SearchField } from "../../../ui/SearchField";
import { ShowMore } from "../../../ui/ShowMore";
import { SkeletonRows } from "../../../ui/SkeletonRows";
import { Table } from "../../../ui/Table";
import { Who } from "../../../ui/Who";
import { fullName, usersQuery } from "./api";
import { EditUser } from "./EditUser";
import { InviteUser } from "./InviteUser";
import { type Asked, Question } from "./Question";
import { factorOf, stateOf } from "./state";
import { UserMenu } from "./UserMenu";
import styles from "./Users.module.css";

const route = getRouteApi("/signed-in/admin/users");
const signedIn = getRouteApi("/signed-in");

/** Everybody with an account. */
export function Users() {
  const { me } = signedIn.useRouteContext();
  const { search } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useInfiniteQuery({ ...usersQuery(search), placeholderData: keepPreviousData });
  const [isInviting, inviting] = useDisclosure();
  const [editing, setEditing] = useState<UserAccount>();
  const [asked, setAsked] = useState<Asked>();
  const look = (search: string | undefined) => navigate({ search: { search }, replace: true });
  const users = query.data?.pages.flatMap((page) => page.items) ?? [];
  const isOneself = (user: UserAccount) => user.id === me.user.id;
  return (
    <Page
      title={t.users.title}
      lead={t.users.lead}
      actions={
        <Button leftSection={<Icon name="plus" size={16} />} onClick={inviting.open}>
          {t.users.invite}
        </Button>
      }
    >
      <SearchField className={styles.search} label={t.users.search} value={search} onSearch={look} />
      <Card>
        {query.isPending && <SkeletonRows count={6} height={34} />}
        {query.isError && <ProblemNote error={query.error} onRetry={() => query.refetch()} />}
        {query.data && users.length === 0 && (
          <Empty icon="search" title={t.users.nobody} hint={t.users.nobodyHint} />
        )}
        {users.length > 0 && (
          <div
            className={styles.list}
            aria-busy={query.isFetching}
            data-stale={query.isPlaceholderData || undefined}
          >
            <Table
              label={t.users.title}
              rows={users}
              keyOf={(user) => user.id}
              columns={[
                {
                  name: t.users.columns.person,
                  cell: (user) => (
                    <Who
                      name={fullName(user)}
                      email={user.email}
                      mark={isOneself(user) ? t.settings.you : undefined}
                    />
                  ),
                },
                { name: t.users.columns.state, cell: (user) => <State user={user} /> },
                { name: t.users.columns.factor, cell: (user) => <Factor user={user} /> },
                {
                  name: t.users.columns.signedIn,
                  cell: (user) =>
                    user.last_login_at ? (
                      <Ago time={user.last_login_at} />
                    ) : (
                      <span className={styles.faint}>{t.words.never}</span>
                    ),
                },
                { name: t.users.columns.made, cell: (user) => <Ago time={user.created_at} /> },
              ]}
              menu={(user) => (
                <UserMenu
                  user={user}
                  onEdit={() => setEditing(user)}
                  onAsk={(what) => setAsked({ what, user })}
                />
              )}
            />
          </div>
        )}
        <ShowMore query={query} />
      </Card>
      {isInviting && <InviteUser onClose={inviting.close} />}
      {editing && <EditUser user={editing} onClose={() => setEditing(undefined)} />}
      {asked && (
        <Question asked={asked} isOneself={isOneself(asked.user)} onClose={() => setAsked(undefined)} />
      )}
    </Page>
  );
}

function State({ user }: { user: UserAccount }) {
  const state = stateOf(user);
  return (
    <span className={styles.states}>
      <span className={styles.state} data-state={state} title={t.users.stateHints[state]}>
        {t.users.states[state]}
      </span>
      {user.is_admin && (
        <span className={styles.state} data-state="admin" title={t.users.adminHint}>
          {t.users.admin}
        </span>
      )}
    </span>
  );
}

function Factor({ user }: { user: UserAccount }) {
  const state = factorOf(user);
  return <span className={state === "on" ? undefined : styles.faint}>{t.users.factor[state]}</span>;
}
