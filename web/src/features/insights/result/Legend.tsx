import type { ChartLine } from "../../../charts/chart";
import { compact } from "../../../charts/format";
import { colorOf } from "../../../charts/palette";
import { locale, t } from "../../../texts/texts";
import { useLook } from "../../../ui/useLook";
import styles from "./Legend.module.css";

type LegendProps = { lines: ChartLine[]; hidden: ReadonlySet<string>; onHide: (hidden: Set<string>) => void };

/** The names of the lines: a click hides or shows one, a double-click shows it alone. */
export function Legend({ lines, hidden, onHide }: LegendProps) {
  const look = useLook();
  const toggle = (id: string) => {
    const next = new Set(hidden);
    if (!next.delete(id)) next.add(id);
    // The last line can't be hidden: an empty chart tells nothing.
    if (next.size < lines.length) onHide(next);
  };
  const isolate = (id: string) => {
    const others = lines.filter((line) => line.id !== id).map((line) => line.id);
    const isAlone = others.every((other) => hidden.has(other)) && !hidden.has(id);
    onHide(new Set(isAlone ? [] : others));
  };
  return (
    <ul className={styles.legend}>
      {lines.map((line) => (
        <li key={line.id}>
          <button
            type="button"
            className={styles.item}
            aria-pressed={!hidden.has(line.id)}
            title={t.explore.toggle(line.label)}
            onClick={(event) => (event.detail > 1 ? isolate(line.id) : toggle(line.id))}
          >
            <span className={styles.swatch} style={{ background: colorOf(look, line.color) }} />
            <span className={styles.name}>{line.label}</span>
            <span className={styles.total}>{compact(line.total, "number", locale)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
