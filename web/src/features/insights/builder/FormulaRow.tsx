import { ActionIcon, TextInput } from "@mantine/core";
import { useId } from "react";
import type { Formula } from "../../../api/types";
import { t } from "../../../texts/texts";
import { Icon } from "../../../ui/Icon";
import { type FormulaState, formulaState } from "../question/formula";
import styles from "./Builder.module.css";

type FormulaRowProps = {
  formula: Formula;
  /** How many series there are to calculate with. */
  series: number;
  onChange: (formula: Formula) => void;
  onRemove: () => void;
};

/** A calculation over the series. */
export function FormulaRow({ formula, series, onChange, onRemove }: FormulaRowProps) {
  const hintId = useId();
  const state = formulaState(formula.expression, series);
  const isWrong = state.kind === "wrong" || state.kind === "unknownSeries";
  return (
    <div className={styles.row}>
      <span className={styles.letter}>
        <Icon name="mathFunction" size={14} />
      </span>
      <div className={styles.sentence}>
        <TextInput
          size="xs"
          w={190}
          aria-label={t.explore.formula}
          aria-describedby={hintId}
          placeholder={t.explore.formulaPlaceholder}
          value={formula.expression}
          error={isWrong}
          onChange={(event) => onChange({ ...formula, expression: event.currentTarget.value })}
          styles={{ input: { fontFamily: "var(--font-mono)" } }}
          autoFocus={formula.expression === ""}
        />
        <TextInput
          size="xs"
          w={150}
          aria-label={t.explore.seriesName}
          placeholder={t.explore.seriesName}
          value={formula.name ?? ""}
          onChange={(event) =>
            onChange({
              expression: formula.expression,
              ...(event.currentTarget.value && { name: event.currentTarget.value }),
            })
          }
        />
        <span id={hintId} className={styles.hint} data-wrong={isWrong || undefined} role="status">
          {hintOf(state, formula.expression)}
        </span>
      </div>
      <ActionIcon size="md" aria-label={t.explore.removeFormula} onClick={onRemove}>
        <Icon name="x" size={16} />
      </ActionIcon>
    </div>
  );
}

function hintOf(state: FormulaState, expression: string): string {
  switch (state.kind) {
    case "whole":
      return t.explore.formulasOnly;
    case "unfinished":
      return expression.trim() === ""
        ? `${t.explore.formulaHint} ${t.explore.formulasOnly}`
        : t.explore.formulaUnfinished;
    case "unknownSeries":
      return t.explore.formulaUnknown(state.letter);
    case "wrong":
      return t.explore.formulaWrong(state.sign);
  }
}
