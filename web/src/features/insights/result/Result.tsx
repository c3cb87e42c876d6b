import { Button, Skeleton } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo, useRef } from "react";
import type { Range, TrendsAnswer } from "../../../api/types";
import { t } from "../../../texts/texts";
import { Empty } from "../../../ui/Empty";
import { ProblemNote } from "../../../ui/ProblemNote";
import { trendsQuery } from "../api";
import { isComplete, type Question, trendsOf } from "../question/question";
import { datesBetween } from "../range/range";
import { Answer } from "./Answer";
import styles from "./Result.module.css";
import { StillWorking } from "./StillWorking";

type ResultProps = {
  project: string;
  question: Question;
  onRange: (range: Range) => void;
  onAllTraffic: () => void;
};

const settleMs = 250;

/** The answer: runs by itself when the question has settled, and keeps the old picture, dimmed, meanwhile. */
export function Result({ project, question, onRange, onAllTraffic }: ResultProps) {
  const queries = useQueryClient();
  const isWhole = isComplete(question);
  // While a part is being written, the last whole question stands.
  const whole = useRef<Question>(undefined);
  if (isWhole) whole.current = question;
  const standing = isWhole ? question : whole.current;
  const asked = standing && JSON.stringify(trendsOf(standing));
  const [settled] = useDebouncedValue(asked, settleMs);
  // biome-ignore lint/correctness/useExhaustiveDependencies: an unfinished question is not asked
  const options = useMemo(
    () => trendsQuery(project, settled ? JSON.parse(settled) : trendsOf(question)),
    [project, settled],
  );
  const query = useQuery({ ...options, enabled: settled !== undefined });
  const isStale = query.isPlaceholderData || asked !== settled;
  const shown = useShown(query.data, standing ?? question, isStale);

  if (!standing) {
    return <Empty icon="mathFunction" title={t.explore.unfinished} hint={t.explore.unfinishedHint} />;
  }
  const run = () => query.refetch();
  if (query.isError) return <ProblemNote error={query.error} onRetry={run} />;
  const isCancelled =
    query.fetchStatus === "idle" && settled !== undefined && (!query.data || query.isPlaceholderData);
  const working = (
    <StillWorking
      isWorking={query.isFetching}
      isCancelled={isCancelled && query.data !== undefined}
      onCancel={() => queries.cancelQueries({ queryKey: options.queryKey })}
      onRun={run}
    />
  );
  if (!shown) {
    return (
      <div className={styles.first}>
        {working}
        {isCancelled ? (
          <Empty
            icon="playerPause"
            title={t.states.cancelled}
            action={<Button onClick={run}>{t.states.run}</Button>}
          />
        ) : (
          <Skeleton height={360} />
        )}
      </div>
    );
  }
  const zoom = (from: number, to: number) => {
    const first = shown.answer.buckets[from];
    const last = shown.answer.buckets[to];
    if (first && last) onRange(datesBetween(first.start, last.end));
  };
  return (
    <div aria-busy={isStale && !isCancelled}>
      {!isWhole && <p className={styles.unfinished}>{t.explore.unfinishedMeanwhile}</p>}
      {working}
      <Answer
        answer={shown.answer}
        question={{ ...shown.question, chart: question.chart }}
        isStale={isStale}
        onZoom={zoom}
        onAllTraffic={onAllTraffic}
      />
    </div>
  );
}

type Shown = { answer: TrendsAnswer; question: Question };

/** Keeps an answer together with the question it answers: the names of its lines are that question's. */
function useShown(answer: TrendsAnswer | undefined, question: Question, isStale: boolean): Shown | undefined {
  const last = useRef<Shown>(undefined);
  // An old answer may be all there is when the page opens again: then the question is taken for its own.
  const isFresh = answer && (!isStale || last.current === undefined);
  if (isFresh && (last.current?.answer !== answer || !isSame(last.current.question, question)))
    last.current = { answer, question };
  return answer && last.current;
}

function isSame(one: Question, other: Question): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
