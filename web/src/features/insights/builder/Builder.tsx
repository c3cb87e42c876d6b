import { colorOf } from "../../../charts/palette";
import { t } from "../../../texts/texts";
import { Icon } from "../../../ui/Icon";
import { Pill } from "../../../ui/Pill";
import { useLook } from "../../../ui/useLook";
import { maxFormulas, maxSeries, type Question, type SeriesState } from "../question/question";
import { BreakdownPart } from "./BreakdownPart";
import styles from "./Builder.module.css";
import { FormulaRow } from "./FormulaRow";
import { SeriesRow } from "./SeriesRow";
import { WhereLine } from "./WhereLine";

type BuilderProps = { project: string; question: Question; onChange: (question: Question) => void };

/** A question as sentences; every part of them can be changed. */
export function Builder({ project, question, onChange }: BuilderProps) {
  const look = useLook();
  const { series, formulas } = question;
  // Letters carry the colour of their line where each series is one line.
  const isPlain = !question.breakdown && formulas.length === 0;
  const setSeries = (next: SeriesState[]) => onChange({ ...question, series: next });
  const last = series.at(-1);
  const events = new Set(series.map((one) => one.event));
  const commonEvent = events.size === 1 ? series[0]?.event : undefined;
  return (
    <section className={styles.builder} aria-label={t.explore.show}>
      {series.map((one, index) => (
        <SeriesRow
          // biome-ignore lint/suspicious/noArrayIndexKey: a series is its letter
          key={index}
          project={project}
          index={index}
          series={one}
          color={isPlain ? colorOf(look, index) : undefined}
          canRemove={series.length > 1}
          canDuplicate={series.length < maxSeries}
          onChange={(changed) => setSeries(series.map((old, at) => (at === index ? changed : old)))}
          onRemove={() => setSeries(series.filter((_, at) => at !== index))}
          onDuplicate={() =>
            setSeries([
              ...series.slice(0, index + 1),
              { ...one, name: undefined },
              ...series.slice(index + 1),
            ])
          }
        />
      ))}
      {formulas.map((formula, index) => (
        <FormulaRow
          // biome-ignore lint/suspicious/noArrayIndexKey: formulas have no other identity
          key={index}
          formula={formula}
          series={series.length}
          onChange={(changed) =>
            onChange({ ...question, formulas: formulas.map((old, at) => (at === index ? changed : old)) })
          }
          onRemove={() => onChange({ ...question, formulas: formulas.filter((_, at) => at !== index) })}
        />
      ))}
      <div className={styles.common}>
        <div className={styles.conditions}>
          <WhereLine
            project={project}
            where={question.where}
            event={commonEvent}
            addLabel={t.explore.addFilter}
            onChange={(where) => onChange({ ...question, where })}
          />
          <BreakdownPart
            project={project}
            event={commonEvent}
            breakdown={question.breakdown}
            onChange={(breakdown) => onChange({ ...question, breakdown })}
          />
        </div>
        <div className={styles.adders}>
          <Pill
            tone="ghost"
            disabled={series.length >= maxSeries}
            onClick={() =>
              last &&
              setSeries([...series, { event: last.event, measure: { kind: "unique_users" }, where: [] }])
            }
          >
            <Icon name="plus" size={15} />
            {t.explore.addSeries}
          </Pill>
          <Pill
            tone="ghost"
            disabled={formulas.length >= maxFormulas}
            onClick={() => onChange({ ...question, formulas: [...formulas, { expression: "" }] })}
          >
            <Icon name="mathFunction" size={15} />
            {t.explore.addFormula}
          </Pill>
        </div>
      </div>
    </section>
  );
}
