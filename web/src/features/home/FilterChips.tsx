import { Button } from "@mantine/core";
import { t } from "../../texts/texts";
import { Icon } from "../../ui/Icon";
import type { Where } from "../insights/question/where";
import { clauseText } from "../insights/question/whereText";
import styles from "./FilterChips.module.css";

type FilterChipsProps = { where: Where; onRemove: (index: number) => void; onClear: () => void };

/** What the whole page is filtered by; each can be taken away. */
export function FilterChips({ where, onRemove, onClear }: FilterChipsProps) {
  return (
    <div className={styles.chips}>
      <span className={styles.label}>{t.home.filtered}</span>
      {where.map((clause, index) => {
        const text = clauseText(clause);
        return (
          <span key={text} className={styles.chip}>
            {text}
            <button type="button" aria-label={`${t.words.remove}: ${text}`} onClick={() => onRemove(index)}>
              <Icon name="x" size={14} />
            </button>
          </span>
        );
      })}
      <Button size="compact-sm" variant="subtle" color="gray" onClick={onClear}>
        {t.home.clear}
      </Button>
    </div>
  );
}
