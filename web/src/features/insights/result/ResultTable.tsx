import { Tooltip, useComputedColorScheme } from "@mantine/core";
import type { Chart } from "../../../charts/chart";
import { axisLabel, bucketName, exact } from "../../../charts/format";
import { colorOf, dark, light } from "../../../charts/palette";
import { locale, t } from "../../../texts/texts";
import { Change } from "../../../ui/Change";
import styles from "./ResultTable.module.css";

type ResultTableProps = { chart: Chart };

/** Every number of the chart; total first, then bucket by bucket. */
export function ResultTable({ chart }: ResultTableProps) {
  const look = useComputedColorScheme("light") === "dark" ? dark : light;
  const isCompared = chart.lines.some((line) => line.previous);
  const isIncomplete = chart.buckets.some((bucket) => !bucket.complete);
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table is scrolled with the keyboard */}
      <section className={styles.scroll} tabIndex={0} aria-label={t.explore.kinds.table}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col" className={styles.name}>
                {t.explore.series}
              </th>
              <th scope="col">
                <Tooltip label={t.explore.totalHint} multiline maw={280}>
                  <span>{t.explore.total}</span>
                </Tooltip>
              </th>
              {isCompared && <th scope="col">{t.explore.change}</th>}
              {chart.buckets.map((bucket) => (
                <th key={bucket.start} scope="col" title={bucketName(bucket, chart.interval, locale)}>
                  {axisLabel(bucket, chart.interval, locale)}
                  {!bucket.complete && "*"}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {chart.lines.map((line) => (
              <tr key={line.id}>
                <th scope="row" className={styles.name} title={line.label}>
                  <span className={styles.swatch} style={{ background: colorOf(look, line.color) }} />
                  {line.label}
                </th>
                <td className={styles.total}>{exact(line.total, chart.unit, locale)}</td>
                {isCompared && (
                  <td>{line.previous && <Change now={line.total} before={line.previous.total} />}</td>
                )}
                {line.values.map((value, index) => (
                  <td key={chart.buckets[index]?.start ?? index} data-zero={value === 0 || undefined}>
                    {exact(value, chart.unit, locale)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {isIncomplete && <p className={styles.note}>{t.explore.incomplete}</p>}
    </>
  );
}
