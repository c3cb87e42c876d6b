import { useState } from "react";
import type { Condition } from "../../../api/types";
import { t } from "../../../texts/texts";
import { Icon } from "../../../ui/Icon";
import { Picker } from "../../../ui/Picker";
import { Pill } from "../../../ui/Pill";
import type { Where } from "../question/where";
import { ConditionPill } from "./ConditionPill";
import { usePropertyChoices } from "./useCatalogue";
import styles from "./WhereLine.module.css";

type WhereLineProps = {
  project: string;
  where: Where;
  /** Whose properties are offered first. */
  event?: string;
  addLabel: string;
  isQuiet?: boolean;
  onChange: (where: Where) => void;
};

/** Conditions as a sentence: (plan is pro or plan is team) and country is Germany. */
export function WhereLine({ project, where, event, addLabel, isQuiet, onChange }: WhereLineProps) {
  // The condition that was just added opens by itself.
  const [fresh, setFresh] = useState<string>();
  const change = (clauseAt: number, conditionAt: number, condition: Condition | undefined) => {
    const next = where.map((clause, at) => {
      if (at !== clauseAt) return clause;
      return condition
        ? clause.map((old, index) => (index === conditionAt ? condition : old))
        : clause.filter((_, index) => index !== conditionAt);
    });
    onChange(next.filter((clause) => clause.length > 0));
  };
  const add = (property: string, clauseAt?: number) => {
    const condition: Condition = { property, operator: "is", values: [] };
    const at = clauseAt ?? where.length;
    setFresh(`${at}/${where[at]?.length ?? 0}`);
    onChange(
      clauseAt === undefined
        ? [...where, [condition]]
        : where.map((clause, index) => (index === clauseAt ? [...clause, condition] : clause)),
    );
  };
  const shared = { project, event, onPick: add };
  return (
    <>
      {where.length > 0 && <span className={styles.word}>{t.explore.where}</span>}
      {where.map((clause, clauseAt) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: conditions have no other identity
        <span key={clauseAt} className={styles.clause} data-many={clause.length > 1 || undefined}>
          {clauseAt > 0 && <span className={styles.word}>{t.explore.and}</span>}
          <span className={styles.alternatives}>
            {clause.map((condition, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: as above
              <span key={at} className={styles.alternative}>
                {at > 0 && <span className={styles.word}>{t.explore.or}</span>}
                <ConditionPill
                  project={project}
                  condition={condition}
                  startOpen={fresh === `${clauseAt}/${at}`}
                  onChange={(next) => change(clauseAt, at, next)}
                  onRemove={() => change(clauseAt, at, undefined)}
                />
              </span>
            ))}
            <AddCondition {...shared} label={t.explore.addAlternative} clauseAt={clauseAt} isQuiet />
          </span>
        </span>
      ))}
      <AddCondition
        {...shared}
        label={where.length > 0 ? t.explore.and : addLabel}
        isQuiet={isQuiet && where.length > 0}
      />
    </>
  );
}

type AddConditionProps = {
  project: string;
  event?: string;
  label: string;
  clauseAt?: number;
  isQuiet?: boolean;
  onPick: (property: string, clauseAt?: number) => void;
};

function AddCondition({ project, event, label, clauseAt, isQuiet, onPick }: AddConditionProps) {
  const { groups, isLoading } = usePropertyChoices(project, event, "any");
  return (
    <Picker
      label={t.explore.chooseProperty}
      groups={groups}
      loading={isLoading}
      searchable
      searchLabel={t.explore.searchProperties}
      typed={t.catalogue.useTyped}
      onPick={(property) => onPick(property, clauseAt)}
    >
      {(open) => (
        <Pill tone="ghost" onClick={open} className={isQuiet ? styles.quiet : undefined}>
          <Icon name={isQuiet ? "plus" : "filter"} size={isQuiet ? 12 : 15} />
          {label}
        </Pill>
      )}
    </Picker>
  );
}
