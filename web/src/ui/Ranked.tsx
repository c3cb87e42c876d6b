import type { Chart } from "../charts/chart";
import { describe } from "../charts/describe";
import { exact } from "../charts/format";
import { colorOf } from "../charts/palette";
import { locale } from "../texts/texts";
import styles from "./Ranked.module.css";
import { useLook } from "./useLook";

type RankedProps = { chart: Chart };

/** Totals side by side, the largest first: for what does not add up to a whole. */
export function Ranked({ chart }: RankedProps) {
  const look = useLook();
  const lines = [...chart.lines].sort((a, b) => (b.total ?? 0) - (a.total ?? 0));
  const most = Math.max(...lines.map((line) => Math.abs(line.total ?? 0)), 0) || 1;
  return (
    <div className={styles.rows} role="img" aria-label={describe(chart, locale)}>
      {lines.map((line) => (
        <div key={line.id} className={styles.row}>
          <span className={styles.name} title={line.label}>
            {line.label}
          </span>
          <span className={styles.room}>
            <span
              className={styles.bar}
              style={{
                width: `${(Math.abs(line.total ?? 0) / most) * 100}%`,
                background: colorOf(look, line.color),
              }}
            />
          </span>
          <span className={styles.value}>{exact(line.total, chart.unit, locale)}</span>
        </div>
      ))}
    </div>
  );
}
