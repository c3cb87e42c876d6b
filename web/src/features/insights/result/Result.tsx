import { Button, Skeleton } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import type { Range } from "../../../api/types";
import { locale, t } from "../../../texts/texts";
import { Chart } from "../../../ui/Chart";
import { Empty } from "../../../ui/Empty";
import { Icon } from "../../../ui/Icon";
import { ProblemNote } from "../../../ui/ProblemNote";
import { trendsQuery } from "../api";
import { isComplete, type Question, trendsOf } from "../question/question";
import { datesBetween } from "../range/range";
import { chartOf, linesOf } from "./chartOf";
import { Legend } from "./Legend";
import { Numbers } from "./Numbers";
import styles from "./Result.module.css";
import { ResultFoot } from "./ResultFoot";
import { ResultTable } from "./ResultTable";
import { StillWorking } from "./StillWorking";

type ResultProps = { project: string; question: Question; onRange: (range: Range) => void };

const settleMs = 250;

/** The answer: runs by itself when the question has settled, and keeps the old picture, dimmed, meanwhile. */
export function Result({ project, question, onRange }: ResultProps) {
  const queries = useQueryClient();
  const asked = JSON.stringify(trendsOf(question));
  const [settled] = useDebouncedValue(asked, settleMs);
  const options = useMemo(() => trendsQuery(project, JSON.parse(settled)), [project, settled]);
  const query = useQuery({ ...options, enabled: isComplete(question) });
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());

  if (!isComplete(question)) {
    return <Empty icon="mathFunction" title={t.explore.unfinished} hint={t.explore.unfinishedHint} />;
  }
  if (query.isError) return <ProblemNote error={query.error} onRetry={() => query.refetch()} />;
  const working = (
    <StillWorking
      isWorking={query.isFetching}
      onCancel={() => queries.cancelQueries({ queryKey: options.queryKey })}
    />
  );
  if (!query.data) {
    const isCancelled = query.fetchStatus === "idle";
    return (
      <div className={styles.first}>
        {working}
        {isCancelled && (
          <Empty
            icon="playerPause"
            title={t.states.cancelled}
            action={<Button onClick={() => query.refetch()}>{t.states.run}</Button>}
          />
        )}
        {!isCancelled && <Skeleton height={360} />}
      </div>
    );
  }

  const isStale = query.isPlaceholderData || asked !== settled;
  const property = question.breakdown?.property;
  const kind = question.chart === "number" || question.chart === "table" ? "line" : question.chart;
  const all = chartOf(query.data, { kind, property });
  const isNothing = all.lines.every((line) => !line.total && line.values.every((value) => !value));
  const zoom = (from: number, to: number) => {
    const first = query.data.buckets[from];
    const last = query.data.buckets[to];
    if (first && last) onRange(datesBetween(first.start, last.end));
  };
  return (
    <div aria-busy={isStale}>
      <p className={styles.spoken} role="status">
        {!isStale && t.explore.resultReady(all.lines.length)}
      </p>
      {working}
      {query.data.traffic && query.data.traffic !== "people" && (
        <p className={styles.traffic}>
          <Icon name="users" size={15} />
          {t.traffic.said[query.data.traffic]}
        </p>
      )}
      <div className={styles.picture} data-stale={isStale || undefined}>
        {isNothing && <Empty icon="chartLine" title={t.explore.noData} hint={t.explore.noDataHint} />}
        {!isNothing && question.chart === "number" && <Numbers chart={all} />}
        {!isNothing && question.chart !== "number" && question.chart !== "table" && (
          <Drawn
            answer={query.data}
            kind={kind}
            property={property}
            hidden={hidden}
            onHide={setHidden}
            onZoom={zoom}
          />
        )}
      </div>
      {!isNothing && (
        <div className={styles.table} data-stale={isStale || undefined}>
          <ResultTable chart={all} />
        </div>
      )}
      <ResultFoot answer={query.data} chart={all} locale={locale} />
    </div>
  );
}

type DrawnProps = {
  answer: Parameters<typeof chartOf>[0];
  kind: Parameters<typeof chartOf>[1]["kind"];
  property?: string;
  hidden: ReadonlySet<string>;
  onHide: (hidden: ReadonlySet<string>) => void;
  onZoom: (from: number, to: number) => void;
};

function Drawn({ answer, kind, property, hidden, onHide, onZoom }: DrawnProps) {
  const lines = useMemo(() => linesOf(answer, property), [answer, property]);
  // What was hidden in another question must not empty this one.
  const isUseful = lines.some((line) => !hidden.has(line.id));
  const chart = useMemo(
    () => chartOf(answer, { kind, property, hidden: isUseful ? hidden : undefined, fill: true }),
    [answer, kind, property, hidden, isUseful],
  );
  return (
    <>
      <Chart chart={chart} height={360} onZoom={onZoom} />
      {lines.length > 0 && <Legend lines={lines} hidden={isUseful ? hidden : new Set()} onHide={onHide} />}
    </>
  );
}
