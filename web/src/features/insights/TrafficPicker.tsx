import { Button } from "@mantine/core";
import type { Traffic } from "../../api/types";
import { t } from "../../texts/texts";
import { Icon } from "../../ui/Icon";
import { Picker } from "../../ui/Picker";
import { traffics } from "./question/question";

type TrafficPickerProps = {
  value: Traffic;
  /** What is asked about here unless told. */
  usual: Traffic;
  onPick: (traffic: Traffic) => void;
};

/** Whose events: people's, bots', internal ones, or all. */
export function TrafficPicker({ value, usual, onPick }: TrafficPickerProps) {
  const choices = traffics.map((traffic) => ({
    value: traffic,
    label: t.traffic.names[traffic],
    hint: t.traffic.hints[traffic],
  }));
  return (
    <Picker
      label={t.traffic.label}
      groups={[{ choices }]}
      value={value}
      width={270}
      onPick={(picked) => onPick(picked as Traffic)}
    >
      {(open) => (
        <Button
          variant={value === usual ? "default" : "light"}
          aria-label={`${t.traffic.label}: ${t.traffic.names[value]}`}
          leftSection={<Icon name="users" size={16} />}
          rightSection={<Icon name="chevronDown" size={14} />}
          onClick={open}
        >
          {t.traffic.names[value]}
        </Button>
      )}
    </Picker>
  );
}
