import { ActionIcon, TextInput } from "@mantine/core";
import type { Formula } from "../../../api/types";
import { t } from "../../../texts/texts";
import { Icon } from "../../../ui/Icon";
import styles from "./Builder.module.css";

type FormulaRowProps = { formula: Formula; onChange: (formula: Formula) => void; onRemove: () => void };

/** A calculation over the series. */
export function FormulaRow({ formula, onChange, onRemove }: FormulaRowProps) {
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
          placeholder={t.explore.formulaPlaceholder}
          value={formula.expression}
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
        <span className={styles.hint}>
          {t.explore.formulaHint} {t.explore.formulasOnly}
        </span>
      </div>
      <ActionIcon size="md" aria-label={t.explore.removeFormula} onClick={onRemove}>
        <Icon name="x" size={16} />
      </ActionIcon>
    </div>
  );
}
