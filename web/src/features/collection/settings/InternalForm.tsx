import { Textarea } from "@mantine/core";
import { useState } from "react";
import type { CollectionSettings } from "../../../api/types";
import { t } from "../../../texts/texts";
import { entriesOf } from "./lines";
import { SettingsCard } from "./SettingsCard";

type FormProps = { project: string; mayEdit: boolean; settings: CollectionSettings };

type Name = "internal_networks" | "internal_hosts" | "internal_user_ids" | "ignored_referrers";
const labels = {
  internal_networks: "networks",
  internal_hosts: "hosts",
  internal_user_ids: "userIds",
  ignored_referrers: "referrers",
} as const;

/** Whose events are internal traffic. */
export function InternalForm(props: FormProps) {
  const names: Name[] = ["internal_networks", "internal_hosts", "internal_user_ids"];
  const { internal, internalHint } = t.collection.settings;
  return <ListsForm {...props} names={names} title={internal} hint={internalHint} />;
}

/** From where nobody comes. */
export function ReferrersForm(props: FormProps) {
  const { ignored, ignoredHint } = t.collection.settings;
  return <ListsForm {...props} names={["ignored_referrers"]} title={ignored} hint={ignoredHint} />;
}

type ListsProps = FormProps & { names: Name[]; title: string; hint: string };

function ListsForm({ settings, names, title, hint, ...shared }: ListsProps) {
  const texts = t.collection.settings;
  // What is written here and not saved; a field that is not touched shows what is stored.
  const [written, setWritten] = useState<Partial<Record<Name, string>>>({});
  const stored = (name: Name) => settings[name] ?? [];
  const changed = names.filter((name) => {
    const text = written[name];
    return text !== undefined && entriesOf(text).join("\n") !== stored(name).join("\n");
  });
  const change = Object.fromEntries(changed.map((name) => [name, entriesOf(written[name] ?? "")]));
  return (
    <SettingsCard
      {...shared}
      version={settings.version}
      title={title}
      hint={hint}
      change={changed.length > 0 ? change : undefined}
      onSaved={() => setWritten({})}
    >
      {(problemOfField) =>
        names.map((name) => (
          <Textarea
            key={name}
            label={texts[labels[name]]}
            description={texts[`${labels[name]}Hint`]}
            autosize
            minRows={2}
            maxRows={12}
            spellCheck={false}
            readOnly={!shared.mayEdit}
            value={written[name] ?? stored(name).join("\n")}
            error={problemOfField(name)}
            onChange={(event) => {
              const text = event.currentTarget.value;
              setWritten((before) => ({ ...before, [name]: text }));
            }}
          />
        ))
      }
    </SettingsCard>
  );
}
