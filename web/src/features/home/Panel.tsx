import { useQuery } from "@tanstack/react-query";
import type { BreakdownValue, Condition, Range, TrendsAnswer } from "../../api/types";
import { compact, exact, share } from "../../charts/format";
import { locale, t } from "../../texts/texts";
import { Card } from "../../ui/Card";
import { Flag } from "../../ui/Flag";
import { ProblemNote } from "../../ui/ProblemNote";
import { SkeletonRows } from "../../ui/SkeletonRows";
import { trendsQuery } from "../insights/api";
import { propertyName } from "../insights/properties";
import type { Where } from "../insights/question/where";
import { breakdownName } from "../insights/result/chartOf";
import styles from "./Panel.module.css";
import { PanelTabs } from "./PanelTabs";
import { panelRows, panelTrends, refreshMs } from "./questions";

type PanelProps = {
  project: string;
  range: Range;
  where: Where;
  title: string;
  /** The properties to choose from, with what they are called here. */
  tabs: Record<string, string>;
  tab: string;
  onTab?: (tab: string) => void;
  visitors: number | null;
  onFilter: (condition: Condition) => void;
};

/** The most frequent values of a property; a click on one filters the whole page. */
export function Panel({ project, range, where, title, tabs, tab, onTab, visitors, onFilter }: PanelProps) {
  const property = tab in tabs ? tab : (Object.keys(tabs)[0] ?? tab);
  const query = useQuery({
    ...trendsQuery(project, panelTrends(property, range, where)),
    refetchInterval: refreshMs,
  });
  const isTabbed = onTab && Object.keys(tabs).length > 1;
  return (
    <Card
      title={title}
      actions={isTabbed ? <PanelTabs tabs={tabs} tab={property} label={title} onTab={onTab} /> : undefined}
    >
      <div
        className={styles.room}
        data-stale={query.isPlaceholderData || undefined}
        aria-busy={query.isFetching}
      >
        {query.isPending && <SkeletonRows count={panelRows} height={24} />}
        {query.isLoadingError && <ProblemNote error={query.error} onRetry={() => query.refetch()} />}
        {query.data && (
          <Rows rows={rowsOf(query.data)} property={property} visitors={visitors} onFilter={onFilter} />
        )}
      </div>
    </Card>
  );
}

type Row = { value: BreakdownValue; total: number };

function rowsOf(answer: TrendsAnswer): Row[] {
  const rows: Row[] = [];
  for (const line of answer.lines) {
    if (line.breakdown && line.breakdown.kind !== "other" && line.total) {
      rows.push({ value: line.breakdown, total: line.total });
    }
  }
  return rows.sort((a, b) => b.total - a.total).slice(0, panelRows);
}

type RowsProps = {
  rows: Row[];
  property: string;
  visitors: number | null;
  onFilter: (condition: Condition) => void;
};

const noneNames: Record<string, string> = t.home.none;

function Rows({ rows, property, visitors, onFilter }: RowsProps) {
  if (rows.length === 0) return <p className={styles.nothing}>{t.home.nothing}</p>;
  const largest = rows[0]?.total ?? 1;
  return (
    <>
      <div className={styles.head} aria-hidden="true">
        <span>{propertyName(property)}</span>
        <span>{t.home.visitorsColumn}</span>
      </div>
      <ul className={styles.rows}>
        {rows.map(({ value, total }) => {
          const name =
            value.kind === "none" ? (noneNames[property] ?? t.explore.none) : breakdownName(value, property);
          return (
            <li key={name}>
              <button
                type="button"
                className={styles.row}
                aria-label={`${t.home.filterBy(propertyName(property), name)}, ${exact(total, "number", locale)}`}
                onClick={() => onFilter(conditionOf(property, value))}
              >
                <span className={styles.bar} style={{ width: `${(total / largest) * 100}%` }} />
                {property === "$country" && <Flag country={value.kind === "value" ? value.value : ""} />}
                <span className={styles.name} title={name}>
                  {name}
                </span>
                <span className={styles.share}>{visitors ? share(total / visitors, locale) : ""}</span>
                <span className={styles.total} title={exact(total, "number", locale)}>
                  {compact(total, "number", locale)}
                </span>
              </button>
            </li>
          );
        })}
      </ul>
    </>
  );
}

function conditionOf(property: string, value: BreakdownValue): Condition {
  if (value.kind === "value") return { property, operator: "is", values: [value.value] };
  return { property, operator: "is_not_set" };
}
