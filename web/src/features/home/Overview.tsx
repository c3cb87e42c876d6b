import { Tooltip, UnstyledButton } from "@mantine/core";
import { useMemo } from "react";
import type { Range, TrendsAnswer } from "../../api/types";
import { compact, exact } from "../../charts/format";
import { locale, t } from "../../texts/texts";
import { Change } from "../../ui/Change";
import { Chart } from "../../ui/Chart";
import { datesBetween } from "../insights/range/range";
import { metricChart, metricOf } from "./metrics";
import styles from "./Overview.module.css";
import { type Metric, metrics } from "./search";

type OverviewProps = {
  answer: TrendsAnswer;
  metric: Metric;
  isStale: boolean;
  onMetric: (metric: Metric) => void;
  onRange: (range: Range) => void;
};

/** Four numbers, and the chart of the one that is chosen. */
export function Overview({ answer, metric, isStale, onMetric, onRange }: OverviewProps) {
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
            answer={answer}
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

type TileProps = { name: Metric; answer: TrendsAnswer; isChosen: boolean; onChoose: () => void };

function Tile({ name, answer, isChosen, onChoose }: TileProps) {
  const { now, before } = metricOf(answer, name);
  const isPartial = answer.buckets.at(-1)?.complete === false;
  return (
    <Tooltip label={t.home.metricHints[name]} openDelay={700} multiline maw={260}>
      <UnstyledButton className={styles.tile} aria-pressed={isChosen} onClick={onChoose}>
        <span className={styles.name}>{t.home.metrics[name]}</span>
        <span className={styles.value}>
          <strong title={exact(now.total, "number", locale)}>{compact(now.total, "number", locale)}</strong>
          {before && (
            <Change now={now.total} before={before.total} note={isPartial ? t.home.partial : undefined} />
          )}
        </span>
      </UnstyledButton>
    </Tooltip>
  );
}
