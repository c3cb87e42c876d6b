import type { Chart as ChartData } from "../charts/chart";
import { describe } from "../charts/describe";
import { locale } from "../texts/texts";
import styles from "./Chart.module.css";
import { OverTime } from "./OverTime";
import { Ranked } from "./Ranked";
import { Ring } from "./Ring";
import { useWidth } from "./useWidth";

type ChartProps = {
  chart: ChartData;
  height: number;
  /** Called with the first and last bucket that were dragged over. */
  onZoom?: (from: number, to: number) => void;
};

/** Draws a chart as wide as its room, whichever kind it is. */
export function Chart({ chart, height, onZoom }: ChartProps) {
  const [room, width] = useWidth<HTMLDivElement>();
  const size = { width, height };
  if (chart.kind === "ranked") return <Ranked chart={chart} />;
  return (
    <div ref={room} className={styles.frame} style={{ height }}>
      <div className={styles.room} role="img" aria-label={describe(chart, locale)}>
        {width > 0 && chart.kind === "pie" && <Ring chart={chart} size={size} />}
        {width > 0 && chart.kind !== "pie" && <OverTime chart={chart} size={size} onZoom={onZoom} />}
      </div>
    </div>
  );
}
