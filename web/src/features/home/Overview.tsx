import { Tooltip, UnstyledButton } from "@mantine/core";
import { useMemo } from "react";
import type { Range, TrendsAnswer } from "../../api/types";
import { compact, exact } from "../../charts/format";
import { locale, t } from "../../texts/texts";
import { Change } from "../../ui/Change";
import { Chart } from "../../ui/Chart";
import { datesBetween } from "../insights/range/range";
import { isOfVisits, metricChart, metricOf, unitOf } from "./metrics";
import styles from "./Overview.module.css";
import { type Metric, metrics } from "./search";

type OverviewProps = {
  views: TrendsAnswer;
  /** Whole visits take longer: their numbers come when they are there. */
  visits: TrendsAnswer | undefined;
  metric: Metric;
  isStale: boolean;
  onMetric: (metric: Metric) => void;
  onRange: (range: Range) => void;
};

/** Six numbers, and the chart of the one that is chosen. */
export function Overview({ views, visits, metric, isStale, onMetric, onRange }: OverviewProps) {
  const answerOf = (name: Metric) => (isOfVisits(name) ? visits : views);
  const answer = answerOf(metric) ?? { ...views, lines: [] };
  const chart = useMemo(() => metricChart(answer, metric), [answer, metric]);
  const zoom = (from: number, to: number) => {
    const first = answer.buckets[from];
    const last = answer.buckets[to];
    if (first && last) onRange(datesBetween(first.start, last.end));
  };
  return (
    <section className={styles.overview} aria-busy={isStale} data-stale={isStale || undefined}>
      <div className={styles.tiles}>
        {metrics.map((name) => (
          <Tile
            key={name}
            name={name}
            answer={answerOf(name)}
            isChosen={name === metric}
            onChoose={() => onMetric(name)}
          />
        ))}
      </div>
      <div className={styles.chart}>
        <Chart chart={chart} height={280} onZoom={zoom} />
      </div>
    </section>
  );
}

type TileProps = {
  name: Metric;
  answer: TrendsAnswer | undefined;
  isChosen: boolean;
  onChoose: () => void;
};

function Tile({ name, answer, isChosen, onChoose }: TileProps) {
  const { now, before } = answer ? metricOf(answer, name) : { now: { total: null }, before: undefined };
  const isPartial = answer?.buckets.at(-1)?.complete === false;
  const unit = unitOf(name);
  return (
    <Tooltip label={t.home.metricHints[name]} openDelay={700} multiline maw={260}>
      <UnstyledButton className={styles.tile} aria-pressed={isChosen} onClick={onChoose}>
        <span className={styles.name}>{t.home.metrics[name]}</span>
        <span className={styles.value}>
          <strong title={exact(now.total, unit, locale)}>{compact(now.total, unit, locale)}</strong>
          {before && (
            <Change
              now={now.total}
              before={before.total}
              unit={unit}
              isLessBetter={name === "bounces"}
              note={isPartial ? t.home.partial : undefined}
            />
          )}
        </span>
      </UnstyledButton>
    </Tooltip>
  );
}
