import type { Chart } from "../charts/chart";
import { bucketName } from "../charts/format";
import { colorOf } from "../charts/palette";
import { readingsAt } from "../charts/readings";
import { locale, t } from "../texts/texts";
import styles from "./Chart.module.css";
import { useLook } from "./useLook";

type ChartTipProps = { chart: Chart; bucket: number; x: number; width: number };

/** What every line says at the bucket under the pointer. */
export function ChartTip({ chart, bucket, x, width }: ChartTipProps) {
  const look = useLook();
  const now = chart.buckets[bucket];
  if (!now) return null;
  const before = chart.previousBuckets[bucket];
  const { rows, rest } = readingsAt(chart, bucket, locale);
  // On the side of the pointer where there is more room.
  const side = x > width / 2 ? { right: width - x + 14 } : { left: x + 14 };
  return (
    <div className={styles.tip} style={side} data-compared={before ? true : undefined}>
      <div className={styles.tipHead}>
        {bucketName(now, chart.interval, locale)}
        {!now.complete && <em>{t.ranges.incomplete}</em>}
      </div>
      {before && (
        <div className={styles.tipSub}>
          {t.ranges.before} {bucketName(before, chart.interval, locale)}
        </div>
      )}
      <div className={styles.tipRows}>
        {rows.map((row) => (
          <div key={row.id} className={styles.tipRow}>
            <span className={styles.swatch} style={{ background: colorOf(look, row.color) }} />
            <span className={styles.tipLabel}>{row.label}</span>
            <span className={styles.tipValue}>{row.value}</span>
            {before && <span className={styles.tipBefore}>{row.before}</span>}
            {before && <span className={styles.tipBefore}>{row.change}</span>}
          </div>
        ))}
      </div>
      {rest > 0 && <div className={styles.tipSub}>{t.ranges.moreLines(rest)}</div>}
      {chart.zone && <div className={styles.tipSub}>{t.ranges.zone(chart.zone)}</div>}
    </div>
  );
}
