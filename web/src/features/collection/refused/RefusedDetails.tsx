import { Button, Textarea } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { problemOf } from "../../../api/problem";
import type { ReplayVerdict } from "../../../api/types";
import { t } from "../../../texts/texts";
import { CopyButton } from "../../../ui/CopyButton";
import { Empty } from "../../../ui/Empty";
import { FormProblem } from "../../../ui/FormProblem";
import { instant } from "../../../ui/instant";
import { Note } from "../../../ui/Note";
import { ProblemNote } from "../../../ui/ProblemNote";
import { SkeletonRows } from "../../../ui/SkeletonRows";
import { refusedEventQuery, useReplayOne } from "./api";
import type { Discarding } from "./DiscardDialog";
import { refusedName } from "./names";
import { isObject, pretty } from "./patch";
import styles from "./Refused.module.css";

type RefusedDetailsProps = {
  project: string;
  id: string;
  mayMend: boolean;
  onDiscard?: (what: Discarding) => void;
  onDone: () => void;
};

/** One refused event: what is wrong with it, and its text to mend. */
export function RefusedDetails({ project, id, mayMend, onDiscard, onDone }: RefusedDetailsProps) {
  const query = useQuery(refusedEventQuery(project, id));
  const replay = useReplayOne(project);
  const [typed, setTyped] = useState<string>();
  const [verdict, setVerdict] = useState<ReplayVerdict>();
  if (query.isPending) return <SkeletonRows count={6} />;
  if (query.isError) {
    if (problemOf(query.error).status === 404) return <Empty icon="ban" title={t.refused.gone} />;
    return <ProblemNote error={query.error} onRetry={() => query.refetch()} />;
  }
  const event = query.data;
  const asItCame = pretty(event.raw);
  const text = typed ?? asItCame;
  const store = async () => {
    const { results } = await replay.mutateAsync({ id, text });
    const [first] = results;
    setVerdict(first);
    if (first?.status === "rejected") return;
    const said = {
      stored: t.refused.storedOne,
      duplicate: t.refused.duplicateOne,
      unknown: t.refused.unknownOne,
    };
    if (first) notifications.show({ message: said[first.status] });
    onDone();
  };
  const facts: [string, string][] = [
    [t.refused.code, event.code],
    [t.refused.field, event.field],
    [t.refused.person, event.user_id],
    [t.refused.received, instant(event.received_at, "second")],
    [t.refused.library, event.library],
    [t.refused.address, event.ip_address],
    [t.refused.id, event.event_id],
  ];
  return (
    <div className={styles.details}>
      <h2 className={styles.title}>{refusedName(event.event_name)}</h2>
      <Note tone={verdict ? "bad" : "warn"} icon="alertTriangle" title={verdict && t.refused.stillRefused}>
        {verdict?.reason ?? event.reason}
      </Note>
      <dl className={styles.facts}>
        {facts
          .filter(([, value]) => value !== "")
          .map(([name, value]) => (
            <div key={name} className={styles.fact}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
      <Textarea
        label={t.refused.raw}
        description={mayMend ? t.refused.rawHint : t.refused.rawReadOnly}
        value={text}
        onChange={(change) => setTyped(change.currentTarget.value)}
        error={typed !== undefined && !isObject(typed) ? t.refused.noJson : undefined}
        readOnly={!mayMend}
        autosize
        minRows={8}
        maxRows={24}
        spellCheck={false}
        styles={{ input: { fontFamily: "var(--font-mono)", fontSize: 12.5 } }}
      />
      <FormProblem error={replay.error} />
      <div className={styles.end}>
        <CopyButton text={text} />
        {typed !== undefined && typed !== asItCame && (
          <Button variant="default" onClick={() => setTyped(undefined)}>
            {t.refused.reset}
          </Button>
        )}
        {onDiscard && (
          <Button variant="default" onClick={() => onDiscard({ id, name: refusedName(event.event_name) })}>
            {t.refused.discard}
          </Button>
        )}
        {mayMend && (
          <Button
            loading={replay.isPending}
            disabled={!isObject(text)}
            onClick={() => store().catch(() => undefined)}
          >
            {t.refused.store}
          </Button>
        )}
      </div>
    </div>
  );
}
