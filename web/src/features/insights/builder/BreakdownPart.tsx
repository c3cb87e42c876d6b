import { TextInput } from "@mantine/core";
import { useEffect, useState } from "react";
import { t } from "../../../texts/texts";
import { Icon } from "../../../ui/Icon";
import { Picker } from "../../../ui/Picker";
import { Pill } from "../../../ui/Pill";
import { propertyName } from "../properties";
import type { Question } from "../question/question";
import styles from "./Builder.module.css";
import { usePropertyChoices } from "./useCatalogue";

type BreakdownPartProps = {
  project: string;
  event?: string;
  breakdown: Question["breakdown"];
  onChange: (breakdown: Question["breakdown"]) => void;
};

/** One line for each value of a property. */
export function BreakdownPart({ project, event, breakdown, onChange }: BreakdownPartProps) {
  const { groups, isLoading } = usePropertyChoices(project, event, "any");
  return (
    <span className={styles.part}>
      {breakdown && <span className={styles.word}>{t.explore.by}</span>}
      <Picker
        label={t.explore.chooseProperty}
        groups={groups}
        loading={isLoading}
        value={breakdown?.property}
        searchable
        searchLabel={t.explore.searchProperties}
        typed={t.catalogue.useTyped}
        onPick={(property) => onChange({ property, limit: breakdown?.limit ?? 10 })}
      >
        {(open) => (
          <Pill tone={breakdown ? "accent" : "ghost"} onClick={open}>
            {!breakdown && <Icon name="layoutColumns" size={15} />}
            {breakdown ? propertyName(breakdown.property) : t.explore.addBreakdown}
          </Pill>
        )}
      </Picker>
      {breakdown && (
        <>
          <span className={styles.word}>{t.explore.top}</span>
          <TopLimit limit={breakdown.limit} onChange={(limit) => onChange({ ...breakdown, limit })} />
          <button
            type="button"
            className={styles.clear}
            aria-label={`${t.words.remove}: ${t.explore.by} ${propertyName(breakdown.property)}`}
            onClick={() => onChange(undefined)}
          >
            <Icon name="x" size={14} />
          </button>
        </>
      )}
    </span>
  );
}

/** How many values get a line; an empty field waits for its number. */
function TopLimit({ limit, onChange }: { limit: number; onChange: (limit: number) => void }) {
  const [written, setWritten] = useState(String(limit));
  useEffect(() => setWritten(String(limit)), [limit]);
  const take = (text: string) => {
    setWritten(text);
    const number = Math.round(Number(text));
    if (text !== "" && number >= 1 && number <= 100) onChange(number);
  };
  return (
    <TextInput
      type="number"
      size="xs"
      w={62}
      min={1}
      max={100}
      aria-label={t.explore.topLimit}
      value={written}
      onChange={(event) => take(event.currentTarget.value)}
      onBlur={() => setWritten(String(limit))}
    />
  );
}
