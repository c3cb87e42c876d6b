import { readWhere, type WhereParam, writeWhere } from "../insights/question/where";
import { readRange } from "../insights/range/range";

export const metrics = ["visitors", "views", "perVisitor", "sessions", "bounces", "duration"] as const;
export type Metric = (typeof metrics)[number];

export type HomeSearch = {
  range?: string;
  compare?: boolean;
  where?: WhereParam;
  metric?: Metric;
  page?: string;
  source?: string;
  place?: string;
  technology?: string;
};

export function validateHome(raw: Record<string, unknown>): HomeSearch {
  return {
    range: readRange(raw.range) ? (raw.range as string) : undefined,
    compare: raw.compare === false ? false : undefined,
    where: writeWhere(readWhere(raw.where)),
    metric: metrics.find((metric) => metric === raw.metric),
    page: property(raw.page),
    source: property(raw.source),
    place: property(raw.place),
    technology: property(raw.technology),
  };
}

function property(raw: unknown): string | undefined {
  return typeof raw === "string" ? raw : undefined;
}
