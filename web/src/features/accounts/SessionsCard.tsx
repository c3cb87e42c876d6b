import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { Session } from "../../api/types";
import { t } from "../../texts/texts";
import { Ago } from "../../ui/Ago";
import { Card } from "../../ui/Card";
import { Icon } from "../../ui/Icon";
import { ProblemNote } from "../../ui/ProblemNote";
import { SkeletonRows } from "../../ui/SkeletonRows";
import { sessionsQuery, useEndOtherSessions, useEndSession } from "./api";
import { Problem } from "./Problem";
import styles from "./You.module.css";

/** Where one is signed in, and the end of it. */
export function SessionsCard() {
  const query = useQuery(sessionsQuery);
  const endOthers = useEndOtherSessions();
  const others = query.data?.filter((session) => !session.current).length ?? 0;
  return (
    <Card
      title={t.accounts.sessions}
      hint={t.accounts.sessionsHint}
      flush
      actions={
        others > 0 && (
          <Button variant="default" loading={endOthers.isPending} onClick={() => endOthers.mutate()}>
            {t.accounts.endOthers}
          </Button>
        )
      }
    >
      {query.isPending && (
        <div className={styles.pad}>
          <SkeletonRows count={3} height={34} />
        </div>
      )}
      {query.isError && <ProblemNote error={query.error} onRetry={() => query.refetch()} />}
      {endOthers.isError && <Problem error={endOthers.error} />}
      {query.data && (
        <ul className={styles.sessions}>
          {query.data.map((session) => (
            <SessionRow key={session.id} session={session} />
          ))}
        </ul>
      )}
    </Card>
  );
}

function SessionRow({ session }: { session: Session }) {
  const end = useEndSession();
  return (
    <li className={styles.session}>
      <Icon name="deviceDesktop" size={20} />
      <div className={styles.device}>
        <strong>{session.device}</strong>
        {session.current && <span className={styles.here}>{t.accounts.thisOne}</span>}
        <p>
          {[session.ip_address, t.accounts.lastUsed].filter(Boolean).join(" · ")}{" "}
          <Ago time={session.last_used_at} />
        </p>
      </div>
      {!session.current && (
        <Button
          variant="subtle"
          size="compact-sm"
          loading={end.isPending}
          aria-label={`${t.accounts.endSession}: ${session.device}`}
          onClick={() => end.mutate(session.id)}
        >
          {t.accounts.endSession}
        </Button>
      )}
    </li>
  );
}
