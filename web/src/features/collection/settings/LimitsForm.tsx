import { NumberInput } from "@mantine/core";
import { useState } from "react";
import type { CollectionSettings } from "../../../api/types";
import { t } from "../../../texts/texts";
import styles from "../../tenancy/settings/Form.module.css";
import { SettingsCard } from "./SettingsCard";

type FormProps = { project: string; mayEdit: boolean; settings: CollectionSettings };

const names = ["events_per_minute", "events_per_month"] as const;
const labels = { events_per_minute: "perMinute", events_per_month: "perMonth" } as const;

/** How many events are taken. */
export function LimitsForm({ settings, ...shared }: FormProps) {
  const texts = t.collection.settings;
  const [limits, setLimits] = useState({
    events_per_minute: settings.events_per_minute ?? null,
    events_per_month: settings.events_per_month ?? null,
  });
  const changed = names.filter((name) => limits[name] !== (settings[name] ?? null));
  const change = Object.fromEntries(changed.map((name) => [name, limits[name]]));
  return (
    <SettingsCard
      {...shared}
      version={settings.version}
      title={texts.limits}
      hint={texts.limitsHint}
      change={changed.length > 0 ? change : undefined}
    >
      {(problemOfField) => (
        <div className={styles.pair}>
          {names.map((name) => (
            <NumberInput
              key={name}
              label={texts[labels[name]]}
              placeholder={texts.noLimit}
              thousandSeparator=" "
              allowDecimal={false}
              allowNegative={false}
              hideControls
              readOnly={!shared.mayEdit}
              value={limits[name] ?? ""}
              error={problemOfField(name)}
              onChange={(value) =>
                setLimits((before) => ({ ...before, [name]: value === "" ? null : Number(value) }))
              }
            />
          ))}
        </div>
      )}
    </SettingsCard>
  );
}
