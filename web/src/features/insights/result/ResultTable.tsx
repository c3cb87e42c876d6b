import { Button, Tooltip } from "@mantine/core";
import { memo, useState } from "react";
import type { Chart, ChartLine } from "../../../charts/chart";
import { axisLabel, bucketName, exact } from "../../../charts/format";
import { colorOf } from "../../../charts/palette";
import { locale, t } from "../../../texts/texts";
import { Change } from "../../../ui/Change";
import { useLook } from "../../../ui/useLook";
import styles from "./ResultTable.module.css";
import { useGrowing } from "./useGrowing";

type ResultTableProps = { chart: Chart };

/** So many cells are shown without being asked for. */
const manyCells = 20_000;
/** So many are made at a time, so that a long table never holds the page up. */
const cellsAtOnce = 1_200;

/** Every number of the chart; total first, then bucket by bucket. */
export function ResultTable({ chart }: ResultTableProps) {
  const [isWhole, setWhole] = useState(false);
  const isCompared = chart.lines.some((line) => line.previous);
  const isIncomplete = chart.buckets.some((bucket) => !bucket.complete);
  const columns = chart.buckets.length + (isCompared ? 3 : 2);
  const offered = isWhole ? chart.lines.length : Math.max(10, Math.floor(manyCells / columns));
  const rows = useGrowing(Math.min(offered, chart.lines.length), Math.ceil(cellsAtOnce / columns));
  const rest = chart.lines.length - offered;
  const widths = widthsOf(chart);
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table is scrolled with the keyboard */}
      <section className={styles.scroll} tabIndex={0} aria-label={t.explore.kinds.table}>
        <table className={styles.table}>
          <colgroup>
            <col className={styles.nameColumn} />
            <col style={{ width: widths.total }} />
            {isCompared && <col style={{ width: 92 }} />}
            <col span={chart.buckets.length} style={{ width: widths.value }} />
          </colgroup>
          <Head chart={chart} isCompared={isCompared} />
          <tbody>
            {chart.lines.slice(0, rows).map((line) => (
              <Row key={line.id} line={line} unit={chart.unit} isCompared={isCompared} />
            ))}
          </tbody>
        </table>
      </section>
      {rest > 0 && (
        <Button size="compact-sm" variant="subtle" className={styles.all} onClick={() => setWhole(true)}>
          {t.explore.showAllLines(chart.lines.length)}
        </Button>
      )}
      {isIncomplete && <p className={styles.note}>{t.explore.incomplete}</p>}
    </>
  );
}

const Head = memo(function Head({ chart, isCompared }: { chart: Chart; isCompared: boolean }) {
  return (
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
  );
});

type RowProps = { line: ChartLine; unit: Chart["unit"]; isCompared: boolean };

const Row = memo(function Row({ line, unit, isCompared }: RowProps) {
  const look = useLook();
  return (
    <tr>
      <th scope="row" className={styles.name} title={line.label}>
        <span className={styles.swatch} style={{ background: colorOf(look, line.color) }} />
        {line.label}
      </th>
      <td className={styles.total}>{exact(line.total, unit, locale)}</td>
      {isCompared && <td>{line.previous && <Change now={line.total} before={line.previous.total} />}</td>}
      {line.values.map((value, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a cell is its column
        <td key={index} data-zero={value === 0 || undefined}>
          {exact(value, unit, locale)}
        </td>
      ))}
    </tr>
  );
});

/** The browser lays a table out at once where it needs not look into every cell: columns are as wide as their widest. */
function widthsOf(chart: Chart): { total: number; value: number } {
  const room = (letters: number) => Math.round(letters * 7.6 + 22);
  const lengthOf = (values: (number | null)[]) =>
    values.reduce<number>((most, value) => Math.max(most, exact(value, chart.unit, locale).length), 0);
  const values = chart.lines.map((line) => lengthOf(line.values));
  const heads = chart.buckets.map((bucket) => axisLabel(bucket, chart.interval, locale).length + 1);
  return {
    total: room(Math.max(t.explore.total.length, lengthOf(chart.lines.map((line) => line.total)))),
    value: room(Math.max(3, ...values, ...heads)),
  };
}
