import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { type FormEvent, useId, useState } from "react";
import { problemOf } from "../../api/problem";
import type { SystemSetting } from "../../api/types";
import { locale, t } from "../../texts/texts";
import { ChangedMeanwhile } from "../../ui/ChangedMeanwhile";
import { explain } from "../../ui/explain";
import { Icon } from "../../ui/Icon";
import { useUnsaved } from "../../ui/unsaved";
import { useSetSetting } from "./api";
import { SettingInput } from "./SettingInput";
import styles from "./SettingRow.module.css";

/** A setting: what it means, what it is, and the way back to its default. */
export function SettingRow({ setting }: { setting: SystemSetting }) {
  const change = useSetSetting(setting.key);
  const [version] = useState(setting.version);
  const [value, setValue] = useState<unknown>(setting.value);
  const hintId = useId();
  const name = t.system.names[setting.key] ?? setting.key;
  const isSame = JSON.stringify(value) === JSON.stringify(setting.value);
  useUnsaved(!isSame && setting.allowed.kind !== "flag");
  const isDefault = JSON.stringify(setting.value) === JSON.stringify(setting.default);
  const problem = change.isError ? problemOf(change.error) : undefined;

  const save = async (chosen: unknown, said: string) => {
    await change.mutateAsync({ version, value: chosen });
    notifications.show({ message: said, icon: <Icon name="check" size={16} /> });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save(value, t.system.saved(name)).catch(() => undefined);
  };
  const choose = (chosen: unknown) => {
    setValue(chosen);
    // A switch says at once what it does; all else waits for the button.
    if (setting.allowed.kind === "flag")
      save(chosen, t.system.saved(name)).catch(() => setValue(setting.value));
  };
  return (
    <form className={styles.row} onSubmit={submit}>
      <div className={styles.words}>
        <span className={styles.name}>
          {name}
          {!isDefault && <span className={styles.changed}>{t.system.changed}</span>}
        </span>
        <p id={hintId}>{setting.description}</p>
        <p className={styles.default}>
          {t.system.default(written(setting.default, setting))} <code>{setting.key}</code>
        </p>
      </div>
      <div className={styles.control}>
        <SettingInput
          setting={setting}
          label={name}
          describedBy={hintId}
          value={value}
          error={problem && !problem.changed && (problem.fields.value ?? explain(problem).title)}
          onChange={choose}
        />
        <div className={styles.buttons}>
          {!isSame && setting.allowed.kind !== "flag" && (
            <Button type="submit" size="xs" loading={change.isPending}>
              {t.system.save}
            </Button>
          )}
          {!isDefault && isSame && (
            <Button
              size="xs"
              variant="default"
              aria-label={t.system.resetLabel(name)}
              loading={change.isPending}
              onClick={() => save(undefined, t.system.wasReset(name)).catch(() => undefined)}
            >
              {t.system.reset}
            </Button>
          )}
        </div>
      </div>
      {problem?.changed && <ChangedMeanwhile problem={problem} />}
    </form>
  );
}

function written(value: unknown, setting: SystemSetting): string {
  if (typeof value === "boolean") return value ? t.system.on : t.system.off;
  if (Array.isArray(value)) return value.length === 0 ? t.system.none : value.join(", ");
  const unit = setting.unit ? ` ${t.system.units[setting.unit]}` : "";
  if (typeof value !== "number") return `${String(value)}${unit}`;
  // Many minutes say little.
  const days = setting.unit === "minutes" && value >= 1440 && value % 1440 === 0 ? value / 1440 : undefined;
  const same = days === undefined ? "" : ` (${days} ${t.system.units.days})`;
  return `${value.toLocaleString(locale)}${unit}${same}`;
}
