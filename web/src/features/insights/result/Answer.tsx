import { Button } from "@mantine/core";
import { useDeferredValue, useMemo, useState } from "react";
import type { TrendsAnswer } from "../../../api/types";
import type { Chart as ChartData } from "../../../charts/chart";
import { locale, t } from "../../../texts/texts";
import { Chart } from "../../../ui/Chart";
import { Empty } from "../../../ui/Empty";
import { Icon } from "../../../ui/Icon";
import { addsUp, type Question } from "../question/question";
import { chartOf, drawnKind } from "./chartOf";
import { Legend } from "./Legend";
import { Numbers } from "./Numbers";
import styles from "./Result.module.css";
import { ResultFoot } from "./ResultFoot";
import { ResultTable } from "./ResultTable";
import { seriesNames } from "./seriesName";

type AnswerProps = {
  answer: TrendsAnswer;
  /** The question it answers. */
  question: Question;
  isStale: boolean;
  onZoom: (from: number, to: number) => void;
  onAllTraffic: () => void;
};

/** An answer as a picture, a table, and what is to be known about it. */
export function Answer({ answer, question, isStale, onZoom, onAllTraffic }: AnswerProps) {
  const property = question.breakdown?.property;
  const isPicture = question.chart !== "number" && question.chart !== "table";
  const kind = isPicture ? (question.chart as ChartData["kind"]) : "line";
  const names = useMemo(() => seriesNames(question), [question]);
  const all = useMemo(
    () => chartOf(answer, { kind, property, labels: names, fill: true }),
    [answer, kind, property, names],
  );
  const drawn = drawnKind(kind, all.lines.length, addsUp(question));
  // The table may be long: the picture does not wait for it.
  const tabled = useDeferredValue(all);
  const isNothing = all.lines.every((line) => !line.total && line.values.every((value) => !value));
  const isPeopleOnly = question.traffic === "people";
  return (
    <>
      <p className={styles.spoken} role="status">
        {!isStale && t.explore.resultReady(all.lines.length)}
      </p>
      {answer.traffic && answer.traffic !== "people" && (
        <p className={styles.traffic}>
          <Icon name="users" size={15} />
          {t.traffic.said[answer.traffic]}
        </p>
      )}
      {!isNothing && drawn !== kind && <p className={styles.said}>{t.explore.notAdded[kind as "pie"]}</p>}
      <div className={styles.picture} data-stale={isStale || undefined}>
        {isNothing && (
          <Empty
            icon="chartLine"
            title={t.explore.noData}
            hint={isPeopleOnly ? t.explore.noPeopleHint : t.explore.noDataHint}
            action={
              isPeopleOnly && (
                <Button variant="default" onClick={onAllTraffic}>
                  {t.explore.askAllTraffic}
                </Button>
              )
            }
          />
        )}
        {!isNothing && question.chart === "number" && <Numbers chart={all} />}
        {!isNothing && isPicture && <Drawn chart={all} kind={drawn} onZoom={onZoom} />}
      </div>
      {!isNothing && (
        <div className={styles.table} data-stale={isStale || undefined}>
          <ResultTable chart={tabled} />
        </div>
      )}
      <ResultFoot answer={answer} chart={all} locale={locale} />
    </>
  );
}

type DrawnProps = { chart: ChartData; kind: ChartData["kind"]; onZoom: (from: number, to: number) => void };

/** The picture with its legend, in which lines are switched off and on. */
function Drawn({ chart, kind, onZoom }: DrawnProps) {
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  // What was hidden in another question must not empty this one.
  const isUseful = chart.lines.some((line) => !hidden.has(line.id));
  const shown = useMemo(
    () => ({
      ...chart,
      kind,
      lines: isUseful ? chart.lines.filter((line) => !hidden.has(line.id)) : chart.lines,
    }),
    [chart, kind, hidden, isUseful],
  );
  return (
    <>
      <Chart chart={shown} height={360} onZoom={onZoom} />
      {chart.lines.length > 0 && (
        <Legend lines={chart.lines} hidden={isUseful ? hidden : new Set()} onHide={setHidden} />
      )}
    </>
  );
}
