import type { BreakdownValue, Condition, TrendsAnswer } from "../../api/types";
import { compact, exact, share } from "../../charts/format";
import { locale, t } from "../../texts/texts";
import { Flag } from "../../ui/Flag";
import { propertyName } from "../insights/properties";
import { breakdownName } from "../insights/result/chartOf";
import styles from "./Panel.module.css";

export type Row = { value: BreakdownValue; total: number };

/** Returns the values of a list with their people, the most first. */
export function rowsOf(answer: TrendsAnswer): Row[] {
  const rows: Row[] = [];
  for (const line of answer.lines) {
    if (line.breakdown && line.breakdown.kind !== "other" && line.total) {
      rows.push({ value: line.breakdown, total: line.total });
    }
  }
  return rows.sort((a, b) => b.total - a.total);
}

const noneNames: Record<string, string> = t.home.none;

/** Names a value of a list; what has none has a name that fits the property. */
export function rowName(value: BreakdownValue, property: string): string {
  return value.kind === "none" ? (noneNames[property] ?? t.explore.none) : breakdownName(value, property);
}

type PanelRowsProps = {
  rows: Row[];
  property: string;
  visitors: number | null;
  onFilter: (condition: Condition) => void;
};

/** Values with a bar as long as their people are many; a click on one filters the whole page. */
export function PanelRows({ rows, property, visitors, onFilter }: PanelRowsProps) {
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
          const name = rowName(value, property);
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
                <span className={styles.share} aria-hidden="true">
                  {visitors ? share(total / visitors, locale) : ""}
                </span>
                <span className={styles.total} aria-hidden="true" title={exact(total, "number", locale)}>
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
