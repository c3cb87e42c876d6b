import type { EChartsCoreOption } from "echarts/core";
import type { Chart, ChartLine } from "./chart";
import { axisLabel, bucketName, compact, exact } from "./format";
import { colorOf, type Look } from "./palette";
import { isLonely, segments } from "./segments";
import { type TooltipTexts, tooltip } from "./tooltip";

export type DrawOptions = {
  locale: string;
  texts: TooltipTexts;
  /** Draws the names of the lines into the picture, for where no page draws them beside it. */
  legend?: boolean;
  animate?: boolean;
};

type SeriesOption = Record<string, unknown>;

/** With more lines, those of the period before would hide what they are compared with; the tooltip still tells them. */
const maxComparedLines = 4;

/** Turns a chart into what ECharts draws. Pure: the page and the server get the same picture. */
export function optionOf(chart: Chart, look: Look, options: DrawOptions): EChartsCoreOption {
  const shared = {
    animation: options.animate ?? false,
    animationDuration: 200,
    animationDurationUpdate: 160,
    textStyle: { fontFamily: look.font },
    ...(options.legend ? { legend: legendOf(chart, look) } : {}),
  };
  if (chart.kind === "pie") return { ...shared, ...pie(chart, look, options) };
  return { ...shared, ...overTime(chart, look, options) };
}

function legendOf(chart: Chart, look: Look): SeriesOption {
  return {
    data: chart.lines.map((line) => line.label),
    left: 0,
    bottom: 0,
    icon: "roundRect",
    itemWidth: 10,
    itemHeight: 10,
    textStyle: { color: look.text, fontSize: 12 },
  };
}

function overTime(chart: Chart, look: Look, options: DrawOptions): EChartsCoreOption {
  const isBar = chart.kind === "bar" || chart.kind === "stacked";
  const axisText = { color: look.muted, fontSize: 11, fontFamily: look.font };
  return {
    grid: {
      left: 4,
      right: 12,
      top: 12,
      bottom: options.legend ? 32 : 2,
      // The edges are those of the labels, not of the axes.
      outerBoundsMode: "same",
      outerBoundsContain: "axisLabel",
    },
    xAxis: {
      type: "category",
      data: chart.buckets.map((bucket) => axisLabel(bucket, chart.interval, options.locale)),
      boundaryGap: isBar,
      axisLine: { lineStyle: { color: look.line } },
      axisTick: { show: false },
      axisLabel: { ...axisText, hideOverlap: true, margin: 10 },
    },
    yAxis: {
      type: "value",
      min: chart.lines.some(hasNegative) ? undefined : 0,
      splitNumber: 4,
      minInterval: chart.lines.every(isWhole) ? 1 : undefined,
      axisLabel: { ...axisText, formatter: (value: number) => compact(value, chart.unit, options.locale) },
      splitLine: { lineStyle: { color: look.line } },
    },
    tooltip: {
      trigger: "axis",
      className: "chart-tip",
      confine: true,
      transitionDuration: 0.08,
      axisPointer: isBar
        ? { type: "shadow", shadowStyle: { color: look.muted, opacity: 0.08 } }
        : { type: "line", lineStyle: { color: look.muted, width: 1, type: "solid", opacity: 0.6 } },
      formatter: (points: unknown) => tooltip(chart, indexOf(points), look, options.locale, options.texts),
    },
    series: chart.lines.flatMap((line) => (isBar ? bars(chart, line, look) : strokes(chart, line, look))),
  };
}

function indexOf(points: unknown): number {
  const first = Array.isArray(points) ? points[0] : points;
  return (first as { dataIndex?: number } | undefined)?.dataIndex ?? -1;
}

function hasNegative(line: ChartLine): boolean {
  return line.values.some((value) => value !== null && value < 0);
}

function isWhole(line: ChartLine): boolean {
  return line.values.every((value) => value === null || Number.isInteger(value));
}

function strokes(chart: Chart, line: ChartLine, look: Look): SeriesOption[] {
  const color = colorOf(look, line.color);
  const isStacked = chart.kind === "area";
  const base = {
    type: "line",
    name: line.label,
    color,
    symbol: "circle",
    symbolSize: 6,
    emphasis: { disabled: true },
    lineStyle: { width: 2, color, cap: "round", join: "round" },
  };
  if (isStacked) {
    return [
      {
        ...base,
        id: line.id,
        stack: "all",
        showSymbol: false,
        areaStyle: { color, opacity: 0.28 },
        data: line.values,
      },
    ];
  }
  const fill = chart.fill && chart.lines.length === 1 ? { areaStyle: { color, opacity: 0.09 } } : {};
  const { solid, dashed } = segments(line.values, chart.buckets);
  const drawn: SeriesOption[] = [{ ...base, ...fill, id: line.id, z: 3, ...dots(solid, dashed) }];
  if (dashed) {
    const lineStyle = { ...base.lineStyle, type: [4, 5] };
    drawn.push({ ...base, ...fill, id: `${line.id}/incomplete`, z: 3, lineStyle, ...dots(dashed, null) });
  }
  if (line.previous && chart.lines.length <= maxComparedLines) {
    const lineStyle = { width: 1.5, color, type: [2, 4], opacity: 0.55 };
    drawn.push({ ...base, id: `${line.id}/previous`, z: 2, lineStyle, ...dots(line.previous.values, null) });
  }
  return drawn;
}

/** A point without neighbours would be invisible as a line: it gets a dot. */
function dots(values: (number | null)[], other: (number | null)[] | null): SeriesOption {
  const data = values.map((value, index) => {
    const isAlone = isLonely(values, index) && (other?.[index] ?? null) === null;
    return isAlone ? { value, symbol: "circle", symbolSize: 6 } : { value, symbol: "none" };
  });
  return { showSymbol: data.some((point) => point.symbol === "circle"), data };
}

function bars(chart: Chart, line: ChartLine, look: Look): SeriesOption[] {
  const color = colorOf(look, line.color);
  const isStacked = chart.kind === "stacked";
  const base = {
    type: "bar",
    name: line.label,
    color,
    barMaxWidth: 44,
    barGap: "8%",
    emphasis: { disabled: true },
  };
  const data = line.values.map((value, index) => {
    const isSure = chart.buckets[index]?.complete ?? true;
    const radius = isStacked ? 0 : [3, 3, 0, 0];
    const unsure = { opacity: 0.45, borderColor: color, borderType: "dashed", borderWidth: 1 };
    return { value, itemStyle: { borderRadius: radius, ...(isSure ? {} : unsure) } };
  });
  const now = { ...base, id: line.id, stack: isStacked ? "now" : undefined, data };
  if (!line.previous) return [now];
  const before = {
    ...base,
    id: `${line.id}/previous`,
    stack: isStacked ? "before" : undefined,
    itemStyle: { opacity: 0.3, borderRadius: isStacked ? 0 : [3, 3, 0, 0] },
    data: line.previous.values,
  };
  return [before, now];
}

function pie(chart: Chart, look: Look, options: DrawOptions): EChartsCoreOption {
  const whole = chart.lines.reduce((sum, line) => sum + Math.max(0, line.total ?? 0), 0);
  return {
    tooltip: {
      trigger: "item",
      className: "chart-tip",
      confine: true,
      formatter: (point: unknown) => {
        const line = chart.lines[indexOf(point)];
        if (!line) return "";
        const only = {
          ...chart,
          previousBuckets: [],
          lines: [{ ...line, values: [line.total], previous: undefined }],
        };
        const bucket = chart.buckets[0] ? [{ ...chart.buckets[0], complete: true }] : [];
        return tooltip({ ...only, buckets: bucket }, 0, look, options.locale, options.texts);
      },
    },
    series: [
      {
        type: "pie",
        radius: ["52%", "82%"],
        startAngle: 90,
        itemStyle: { borderColor: look.surface, borderWidth: 2, borderRadius: 4 },
        emphasis: { scaleSize: 4 },
        label: {
          color: look.text,
          fontSize: 12,
          formatter: (point: { dataIndex: number; percent?: number }) => labelOf(point),
        },
        labelLine: { lineStyle: { color: look.muted } },
        data: chart.lines.map((line) => ({
          id: line.id,
          name: line.label,
          value: Math.max(0, line.total ?? 0),
          itemStyle: { color: colorOf(look, line.color) },
        })),
      },
    ],
  };

  function labelOf(point: { dataIndex: number; percent?: number }): string {
    const line = chart.lines[point.dataIndex];
    if (!line || whole === 0) return "";
    return `${line.label}  ${exact(Math.round(point.percent ?? 0), "percent", options.locale)}`;
  }
}

/** Says in one sentence what the chart shows, for those who do not see it. */
export function describe(chart: Chart, locale: string): string {
  const first = chart.buckets[0];
  const last = chart.buckets.at(-1);
  if (!first || !last) return "";
  const span = `${bucketName(first, chart.interval, locale)} – ${bucketName(last, chart.interval, locale)}`;
  const lines = chart.lines
    .slice(0, 10)
    .map((line) => `${line.label}: ${exact(line.total, chart.unit, locale)}`);
  return `${span}. ${lines.join("; ")}.`;
}
