import { Skeleton, useComputedColorScheme } from "@mantine/core";
import type { ECharts } from "echarts/core";
import { type PointerEvent, useEffect, useRef, useState } from "react";
import type { Chart as ChartData } from "../charts/chart";
import { describe, optionOf } from "../charts/option";
import { dark, light } from "../charts/palette";
import { locale, t } from "../texts/texts";
import styles from "./Chart.module.css";

type ChartProps = {
  chart: ChartData;
  height: number;
  /** Called with the first and last bucket that were dragged over. */
  onZoom?: (from: number, to: number) => void;
};

const texts = { incomplete: t.ranges.incomplete, before: t.ranges.before, more: t.ranges.moreLines };

/** Draws a chart; the drawing parts are loaded when the first one is needed. */
export function Chart({ chart, height, onZoom }: ChartProps) {
  const room = useRef<HTMLDivElement>(null);
  const [drawn, setDrawn] = useState<ECharts>();
  const look = useComputedColorScheme("light") === "dark" ? dark : light;

  useEffect(() => {
    let made: ECharts | undefined;
    let isGone = false;
    const watcher = new ResizeObserver(() => made?.resize());
    import("../charts/echarts").then(({ init }) => {
      if (isGone || !room.current) return;
      made = init(room.current, undefined, { renderer: "canvas" });
      watcher.observe(room.current);
      setDrawn(made);
    });
    return () => {
      isGone = true;
      watcher.disconnect();
      made?.dispose();
    };
  }, []);

  useEffect(() => {
    const animate = !matchMedia("(prefers-reduced-motion: reduce)").matches;
    drawn?.setOption(optionOf(chart, look, { locale, texts, animate }), { notMerge: true });
  }, [drawn, chart, look]);

  const drag = useDrag(drawn, chart.kind === "pie" ? undefined : onZoom);
  return (
    <div className={styles.frame} style={{ height }} {...drag.handlers}>
      <div ref={room} className={styles.room} role="img" aria-label={describe(chart, locale)} />
      {!drawn && <Skeleton className={styles.waiting} height={height} />}
      {drag.selection && (
        <div
          className={styles.selection}
          style={{ left: drag.selection.left, width: drag.selection.width }}
        />
      )}
    </div>
  );
}

type Selection = { from: number; to: number; start: number; now: number };

/** Reads a drag across the chart as a stretch of buckets. */
function useDrag(drawn: ECharts | undefined, onZoom?: (from: number, to: number) => void) {
  const [held, setHeld] = useState<Selection>();
  if (!drawn || !onZoom) return { handlers: {}, selection: undefined };

  const bucketAt = (x: number) => Number(drawn.convertFromPixel({ xAxisIndex: 0 }, x));
  const xOf = (event: PointerEvent<HTMLElement>) =>
    event.clientX - event.currentTarget.getBoundingClientRect().left;
  const finish = () => {
    if (held && Math.abs(held.now - held.start) > 8)
      onZoom(Math.min(held.from, held.to), Math.max(held.from, held.to));
    setHeld(undefined);
  };
  const handlers = {
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      if (event.button !== 0 || event.pointerType === "touch") return;
      const x = xOf(event);
      const bucket = bucketAt(x);
      setHeld({ from: bucket, to: bucket, start: x, now: x });
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      if (!held) return;
      const x = xOf(event);
      setHeld({ ...held, now: x, to: bucketAt(x) });
    },
    onPointerUp: finish,
    onPointerLeave: () => setHeld(undefined),
  };
  const width = held ? Math.abs(held.now - held.start) : 0;
  const selection = held && width > 8 ? { left: Math.min(held.start, held.now), width } : undefined;
  return { handlers, selection };
}
