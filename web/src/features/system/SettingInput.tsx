import { NumberInput, Switch, TagsInput, TextInput } from "@mantine/core";
import type { ReactNode } from "react";
import type { SystemSetting } from "../../api/types";
import { locale, t } from "../../texts/texts";

type SettingInputProps = {
  setting: SystemSetting;
  label: string;
  describedBy: string;
  value: unknown;
  error: ReactNode;
  onChange: (value: unknown) => void;
};

const thousands = new Intl.NumberFormat(locale)
  .formatToParts(10_000)
  .find(({ type }) => type === "group")?.value;

/** The control that fits what a setting may be. */
export function SettingInput({ setting, label, describedBy, value, error, onChange }: SettingInputProps) {
  const common = { "aria-label": label, "aria-describedby": describedBy, error };
  switch (setting.allowed.kind) {
    case "flag":
      return (
        <Switch
          {...common}
          checked={value === true}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      );
    case "whole_number":
      return (
        <NumberInput
          {...common}
          value={value as number | string}
          onChange={(chosen) => onChange(chosen)}
          min={setting.allowed.least}
          max={setting.allowed.most}
          clampBehavior="none"
          allowDecimal={false}
          thousandSeparator={thousands}
          suffix={setting.unit ? ` ${t.system.units[setting.unit]}` : ""}
          hideControls
        />
      );
    case "domains":
      return (
        <TagsInput
          {...common}
          description={t.system.domainsHint}
          value={value as string[]}
          onChange={onChange}
          splitChars={[",", " "]}
        />
      );
    case "text":
      return (
        <TextInput
          {...common}
          value={String(value)}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
  }
}
