import { memo, type PointerEvent, useMemo, useState } from "react";
import type { Chart } from "../charts/chart";
import { type Drawing, draw, type Mark } from "../charts/draw";
import { colorOf, type Look } from "../charts/palette";
import { locale } from "../texts/texts";
import styles from "./Chart.module.css";
import { ChartTip } from "./ChartTip";
import { useLook } from "./useLook";

type OverTimeProps = {
  chart: Chart;
  size: { width: number; height: number };
  onZoom?: (from: number, to: number) => void;
};

type Drag = { start: number; now: number };

/** How far a pointer moves before it drags, in pixels. */
const slack = 8;
const maxDots = 24;

/** Lines, areas and bars over time: the pointer reads every line at its bucket, a drag takes a stretch. */
export function OverTime({ chart, size, onZoom }: OverTimeProps) {
  const look = useLook();
  const { width, height } = size;
  const drawing = useMemo(() => draw(chart, look, { width, height }, locale), [chart, look, width, height]);
  const [hovered, setHovered] = useState<number>();
  const [drag, setDrag] = useState<Drag>();
  // An answer with fewer buckets may come while the pointer rests.
  const bucket = hovered !== undefined && hovered < chart.buckets.length ? hovered : undefined;

  const xOf = (event: PointerEvent) => event.clientX - event.currentTarget.getBoundingClientRect().left;
  const move = (event: PointerEvent) => {
    const x = xOf(event);
    setHovered(drawing.bucketAt(x));
    if (drag) setDrag({ ...drag, now: x });
  };
  const press = (event: PointerEvent) => {
    move(event);
    if (!onZoom || event.button !== 0 || event.pointerType === "touch") return;
    const x = xOf(event);
    setDrag({ start: x, now: x });
  };
  const release = () => {
    setDrag(undefined);
    if (!drag || !onZoom || Math.abs(drag.now - drag.start) <= slack) return;
    onZoom(
      drawing.bucketAt(Math.min(drag.start, drag.now)),
      drawing.bucketAt(Math.max(drag.start, drag.now)),
    );
  };
  const leave = () => {
    setHovered(undefined);
    setDrag(undefined);
  };
  const isDragging = drag && Math.abs(drag.now - drag.start) > slack;
  return (
    <div
      className={styles.room}
      onPointerDown={press}
      onPointerMove={move}
      onPointerUp={release}
      onPointerLeave={leave}
    >
      <svg className={styles.drawing} width={width} height={height} aria-hidden="true">
        <Axes drawing={drawing} size={size} look={look} />
        <Marks marks={drawing.marks} />
        {bucket !== undefined && <Pointer chart={chart} drawing={drawing} bucket={bucket} look={look} />}
        {isDragging && (
          <rect
            className={styles.selection}
            x={Math.min(drag.start, drag.now)}
            y={drawing.plot.top}
            width={Math.abs(drag.now - drag.start)}
            height={drawing.plot.height}
          />
        )}
      </svg>
      {bucket !== undefined && (
        <ChartTip chart={chart} bucket={bucket} x={drawing.xOf(bucket)} width={width} />
      )}
    </div>
  );
}

type AxesProps = { drawing: Drawing; size: { height: number }; look: Look };

const Axes = memo(function Axes({ drawing, size, look }: AxesProps) {
  const { plot, times, numbers } = drawing;
  const right = plot.left + plot.width;
  return (
    <g className={styles.axes}>
      {numbers.map(({ y, label }) => (
        <g key={label}>
          <line x1={plot.left} x2={right} y1={y} y2={y} stroke={look.line} />
          <text x={plot.left - 8} y={y} dy="0.32em" textAnchor="end">
            {label}
          </text>
        </g>
      ))}
      {times.map(({ at, x, anchor, label }) => (
        <text key={at} x={x} y={size.height - 8} textAnchor={anchor} data-axis="time">
          {label}
        </text>
      ))}
    </g>
  );
});

const Marks = memo(function Marks({ marks }: { marks: Mark[] }) {
  return marks.map((mark) => (
    <path
      key={mark.key}
      data-mark={mark.key}
      d={mark.path}
      fill={mark.fill === undefined ? "none" : mark.color}
      fillOpacity={mark.fill}
      stroke={mark.stroke === undefined ? undefined : mark.color}
      strokeWidth={mark.stroke}
      strokeDasharray={mark.dash}
      strokeLinejoin="round"
      strokeLinecap={mark.dash ? "butt" : "round"}
      opacity={mark.opacity}
    />
  ));
});

type PointerMarkProps = { chart: Chart; drawing: Drawing; bucket: number; look: Look };

/** Where the pointer is: a line down, and a dot on each line. */
function Pointer({ chart, drawing, bucket, look }: PointerMarkProps) {
  const { plot } = drawing;
  const x = drawing.xOf(bucket);
  const isBar = chart.kind === "bar" || chart.kind === "stacked";
  return (
    <g>
      <line className={styles.pointer} x1={x} x2={x} y1={plot.top} y2={plot.top + plot.height} />
      {!isBar &&
        chart.lines.slice(0, maxDots).map((line, index) => {
          const y = drawing.yOf(index, bucket);
          return (
            y !== null && (
              <circle
                key={line.id}
                cx={x}
                cy={y}
                r={3.5}
                fill={colorOf(look, line.color)}
                stroke={look.surface}
              />
            )
          );
        })}
    </g>
  );
}
