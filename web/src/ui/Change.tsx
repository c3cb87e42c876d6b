import type { ChartUnit } from "../charts/chart";
import { change, exact, percentChange } from "../charts/format";
import { locale, t } from "../texts/texts";
import styles from "./Change.module.css";
import { Icon } from "./Icon";

type ChangeProps = {
  now: number | null;
  before: number | null;
  note?: string;
  unit?: ChartUnit;
  /** Whether falling is good, as for bounces. */
  isLessBetter?: boolean;
};

/** The change against before: sign, colour and word, never colour alone. */
export function Change({ now, before, note, unit = "number", isLessBetter }: ChangeProps) {
  const fraction = change(now, before);
  if (fraction === null) return null;
  const isFlat = Math.abs(fraction) < 0.0005;
  const direction = isFlat ? "unchanged" : fraction > 0 ? "up" : "down";
  return (
    <span
      className={styles.change}
      data-direction={direction}
      data-less-better={isLessBetter || undefined}
      title={[t.words.versus(exact(before, unit, locale)), note].filter(Boolean).join("; ")}
    >
      {!isFlat && <Icon name={fraction > 0 ? "arrowUpRight" : "arrowDownRight"} size={13} stroke={2.25} />}
      <span className={styles.word}>{t.words[direction]} </span>
      {!isFlat && percentChange(fraction, locale)}
      {isFlat && "±0"}
    </span>
  );
}
