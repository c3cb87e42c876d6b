import { useMemo } from "react";
import type { IngestionCounts, IngestionHistory } from "../../../api/types";
import { compact, exact } from "../../../charts/format";
import { colorOf } from "../../../charts/palette";
import { locale, t } from "../../../texts/texts";
import { Chart } from "../../../ui/Chart";
import { Empty } from "../../../ui/Empty";
import { useLook } from "../../../ui/useLook";
import { useProjectCalendar } from "../../tenancy/useProjectCalendar";
import styles from "./History.module.css";
import { historyChart, outcomes } from "./historyChart";

type HistoryProps = { project: string; history: IngestionHistory; isStale: boolean };

const tiles: (keyof IngestionCounts)[] = ["people", "bots", "internal", "duplicates", "refused", "late"];

/** What came in, in numbers and over time. */
export function History({ project, history, isStale }: HistoryProps) {
  const { zone } = useProjectCalendar(project);
  const chart = useMemo(() => historyChart(history, zone), [history, zone]);
  const texts = t.collection.health;
  return (
    <section className={styles.history} aria-label={texts.chart} data-stale={isStale || undefined}>
      <dl className={styles.tiles}>
        {tiles.map((name) => (
          <div key={name} className={styles.tile} data-some={history.totals[name] > 0 || undefined}>
            <dt>
              <Swatch name={name} />
              {texts.counts[name]}
            </dt>
            <dd>
              <strong title={exact(history.totals[name], "number", locale)}>
                {compact(history.totals[name], "number", locale)}
              </strong>
              <span>{texts.countHints[name]}</span>
            </dd>
          </div>
        ))}
      </dl>
      <div className={styles.chart}>
        {chart.lines.length === 0 ? (
          <Empty icon="activity" title={texts.storedNone} />
        ) : (
          <Chart chart={chart} height={260} />
        )}
      </div>
      <p className={styles.foot}>
        {texts.chartHint} {t.ranges.zone(history.interval === "day" ? "UTC" : zone)}.
      </p>
    </section>
  );
}

/** The colour a number has in the chart, if it is drawn there. */
function Swatch({ name }: { name: keyof IngestionCounts }) {
  const look = useLook();
  const outcome = outcomes.find(([known]) => known === name);
  return outcome ? (
    <span className={styles.swatch} style={{ background: colorOf(look, outcome[1]) }} />
  ) : null;
}
