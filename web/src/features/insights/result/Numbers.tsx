import type { Chart } from "../../../charts/chart";
import { compact, exact } from "../../../charts/format";
import { locale } from "../../../texts/texts";
import { Change } from "../../../ui/Change";
import styles from "./Numbers.module.css";

type NumbersProps = { chart: Chart };

/** The totals alone, large. */
export function Numbers({ chart }: NumbersProps) {
  return (
    <dl className={styles.numbers}>
      {chart.lines.map((line) => (
        <div key={line.id} className={styles.number}>
          <dt title={line.label}>{line.label}</dt>
          <dd>
            <strong title={exact(line.total, chart.unit, locale)}>
              {compact(line.total, chart.unit, locale)}
            </strong>
            {line.previous && <Change now={line.total} before={line.previous.total} />}
          </dd>
        </div>
      ))}
    </dl>
  );
}
