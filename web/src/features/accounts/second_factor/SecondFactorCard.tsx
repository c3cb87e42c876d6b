import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { SecondFactor } from "../../../api/types";
import { t } from "../../../texts/texts";
import { Ago } from "../../../ui/Ago";
import { Card } from "../../../ui/Card";
import { Note } from "../../../ui/Note";
import { ProblemNote } from "../../../ui/ProblemNote";
import { SkeletonRows } from "../../../ui/SkeletonRows";
import { secondFactorQuery, usePrepare } from "./api";
import { problemsOf } from "./problems";
import { Renew } from "./Renew";
import styles from "./SecondFactor.module.css";
import { SetUp } from "./SetUp";
import { TurnOff } from "./TurnOff";

/** So few that the next lost phone may lock somebody out. */
const few = 3;

type SecondFactorCardProps = { email: string };

/** Whether sign-in asks for a code, and all that can be done about it. */
export function SecondFactorCard({ email }: SecondFactorCardProps) {
  const query = useQuery(secondFactorQuery);
  const [dialog, setDialog] = useState<"set-up" | "renew" | "turn-off">();
  const prepare = usePrepare();
  const close = () => setDialog(undefined);
  const state = query.data;
  return (
    <Card
      title={t.secondFactor.title}
      hint={t.secondFactor.hint}
      actions={
        state &&
        !state.on && (
          <Button
            loading={prepare.isPending}
            onClick={() => prepare.mutate(undefined, { onSuccess: () => setDialog("set-up") })}
          >
            {t.secondFactor.setUp}
          </Button>
        )
      }
    >
      {query.isPending && <SkeletonRows count={1} height={34} />}
      {query.isError && <ProblemNote error={query.error} onRetry={() => query.refetch()} />}
      {state && !state.on && (
        <div className={styles.content}>
          <Status on={false} />
          {prepare.isError && (
            <Note tone="bad" icon="alertTriangle">
              {problemsOf(prepare.error).other}
            </Note>
          )}
        </div>
      )}
      {state?.on && (
        <On state={state} onRenew={() => setDialog("renew")} onTurnOff={() => setDialog("turn-off")} />
      )}
      {dialog === "set-up" && prepare.data && <SetUp email={email} made={prepare.data} onClose={close} />}
      {dialog === "renew" && <Renew email={email} onClose={close} />}
      {dialog === "turn-off" && <TurnOff onClose={close} />}
    </Card>
  );
}

type OnProps = { state: SecondFactor; onRenew: () => void; onTurnOff: () => void };

function On({ state, onRenew, onTurnOff }: OnProps) {
  const { recovery_codes_left: left, recovery_codes_total: total } = state;
  return (
    <div className={styles.content}>
      <div className={styles.state}>
        <Status on />
        <span>{t.secondFactor.left(left, total)}</span>
        {state.since && (
          <span className={styles.since}>
            {t.secondFactor.since} <Ago time={state.since} />
          </span>
        )}
      </div>
      {left <= few && (
        <Note tone="warn" icon="alertTriangle">
          {t.secondFactor.fewLeft}
        </Note>
      )}
      <div className={styles.buttons}>
        <Button variant="default" onClick={onRenew}>
          {t.secondFactor.renew}
        </Button>
        <Button variant="default" onClick={onTurnOff}>
          {t.secondFactor.turnOff}
        </Button>
      </div>
    </div>
  );
}

function Status({ on }: { on: boolean }) {
  return (
    <span className={styles.status} data-on={on || undefined}>
      {on ? t.secondFactor.on : t.secondFactor.off}
    </span>
  );
}
