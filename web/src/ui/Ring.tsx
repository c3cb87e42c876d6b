import { useMemo } from "react";
import type { Chart } from "../charts/chart";
import { compact, exact, share as shareText } from "../charts/format";
import { colorOf } from "../charts/palette";
import { ringOf } from "../charts/ring";
import { locale, t } from "../texts/texts";
import styles from "./Chart.module.css";
import { useLook } from "./useLook";

type RingProps = { chart: Chart; size: { width: number; height: number } };

/** Totals as parts of a whole; only for what adds up to one. */
export function Ring({ chart, size }: RingProps) {
  const look = useLook();
  const { width, height } = size;
  const ring = useMemo(
    () => ringOf(chart.lines, { width, height }, (share) => shareText(share, locale)),
    [chart, width, height],
  );
  return (
    <svg className={styles.drawing} width={width} height={height} aria-hidden="true">
      {ring.slices.map(({ line, path, share }) => (
        <path
          key={line.id}
          data-mark={line.id}
          d={path}
          fill={colorOf(look, line.color)}
          stroke={look.surface}
          strokeWidth={2}
        >
          <title>{`${line.label}: ${exact(line.total, chart.unit, locale)} (${shareText(share, locale)})`}</title>
        </path>
      ))}
      {ring.labels.map((label) => (
        <g key={label.id} className={styles.ringLabel}>
          <path d={label.leader} stroke={look.muted} fill="none" />
          <text x={label.x} y={label.y} dy="0.35em" textAnchor={label.anchor} fill={look.text}>
            {label.text}
          </text>
        </g>
      ))}
      <text className={styles.ringTotal} x={ring.middle.x} y={ring.middle.y} dy="0.1em" fill={look.text}>
        {compact(ring.total, chart.unit, locale)}
      </text>
      <text className={styles.ringWord} x={ring.middle.x} y={ring.middle.y + 20} fill={look.muted}>
        {t.explore.total}
      </text>
    </svg>
  );
}
