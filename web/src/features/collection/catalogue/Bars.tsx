import { compact } from "../../../charts/format";
import { locale } from "../../../texts/texts";
import styles from "./Details.module.css";

type Bar = { name: string; note?: string; count: number };

const exact = new Intl.NumberFormat(locale);

/** Names with a bar each, as long as its count is great. */
export function Bars({ bars }: { bars: Bar[] }) {
  const most = Math.max(1, ...bars.map((bar) => bar.count));
  if (bars.length === 0) return null;
  return (
    <ul className={styles.bars}>
      {bars.map((bar) => (
        <li key={bar.name} className={styles.bar}>
          <span className={styles.fill} style={{ width: `${(bar.count / most) * 100}%` }} />
          <span className={styles.what} title={bar.name}>
            {bar.name}
          </span>
          {bar.note && <span className={styles.note}>{bar.note}</span>}
          <span className={styles.number} title={exact.format(bar.count)}>
            {compact(bar.count, "number", locale)}
          </span>
        </li>
      ))}
    </ul>
  );
}
