import { t } from "../../../texts/texts";
import { Snippet } from "../../../ui/Snippet";
import styles from "./SetupChoice.module.css";
import { type SetupName, setupGroups, setupOf } from "./setups";

type SetupChoiceProps = { value: string; chosen: SetupName; onChoose: (name: SetupName) => void };

/** Every way to send events to choose from, and the lines of the one that is chosen. */
export function SetupChoice({ value, chosen, onChoose }: SetupChoiceProps) {
  const key = value || t.collection.yourKey;
  return (
    <div className={styles.setups}>
      {setupGroups.map((group) => (
        <fieldset key={group.name} className={styles.group}>
          <legend>{t.collection.setupGroups[group.name]}</legend>
          {group.setups.map((name) => (
            <button
              key={name}
              type="button"
              className={styles.choice}
              aria-pressed={name === chosen}
              onClick={() => onChoose(name)}
            >
              {t.collection.setups[name]}
            </button>
          ))}
        </fieldset>
      ))}
      <div className={styles.lines}>
        <p className={styles.note}>{t.collection.setupNotes[chosen]}</p>
        {setupOf(chosen, window.location.origin, key).map((part) => (
          <Snippet
            key={part.label}
            code={part.code}
            label={`${t.collection.setups[chosen]}: ${t.collection.setupParts[part.label]}`}
          />
        ))}
      </div>
    </div>
  );
}
