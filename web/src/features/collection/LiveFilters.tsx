import { Button, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useEffect, useState } from "react";
import { t } from "../../texts/texts";
import { Icon } from "../../ui/Icon";
import { Picker } from "../../ui/Picker";
import { anyEvent, useEventChoices } from "../insights/builder/useCatalogue";
import { eventName } from "../insights/properties";
import { TrafficPicker } from "../insights/TrafficPicker";
import styles from "./LiveFilters.module.css";
import type { LiveChoice } from "./search";

type LiveFiltersProps = {
  project: string;
  choice: LiveChoice;
  onChange: (change: LiveChoice) => void;
  onClear?: () => void;
};

const settleMs = 400;

/** Which of the events that arrive are shown. */
export function LiveFilters({ project, choice, onChange, onClear }: LiveFiltersProps) {
  const choices = useEventChoices(project);
  const { event, person, traffic = "all", search } = choice;
  return (
    <search className={styles.filters}>
      <TextField
        label={t.collection.filterText}
        value={search}
        onChange={(value) => onChange({ search: value })}
        icon="search"
      />
      <TextField
        label={t.collection.filterPerson}
        value={person}
        onChange={(value) => onChange({ person: value })}
        icon="users"
      />
      <Picker
        label={t.collection.filterEvent}
        groups={choices.groups}
        loading={choices.isLoading}
        value={event ?? anyEvent}
        searchable
        searchLabel={t.explore.searchEvents}
        onPick={(picked) => onChange({ event: picked === anyEvent ? undefined : picked })}
      >
        {(toggle) => (
          <Button
            variant={event === undefined ? "default" : "light"}
            leftSection={<Icon name="filter" size={16} />}
            rightSection={<Icon name="chevronDown" size={14} />}
            onClick={toggle}
          >
            {event === undefined ? t.collection.allEvents : eventName(event)}
          </Button>
        )}
      </Picker>
      <TrafficPicker
        value={traffic}
        usual="all"
        onPick={(picked) => onChange({ traffic: picked === "all" ? undefined : picked })}
      />
      {onClear && (
        <Button variant="subtle" color="gray" onClick={onClear}>
          {t.words.clear}
        </Button>
      )}
    </search>
  );
}

type TextFieldProps = {
  label: string;
  value: string | undefined;
  icon: "search" | "users";
  onChange: (value: string | undefined) => void;
};

/** Takes over what is written once it has settled; and what the address says, when that changes. */
function TextField({ label, value, icon, onChange }: TextFieldProps) {
  const [written, setWritten] = useState(value ?? "");
  useEffect(() => setWritten(value ?? ""), [value]);
  const say = useDebouncedCallback((text: string) => onChange(text.trim() || undefined), settleMs);
  return (
    <TextInput
      className={styles.field}
      aria-label={label}
      placeholder={label}
      leftSection={<Icon name={icon} size={16} />}
      value={written}
      onChange={(event) => {
        setWritten(event.currentTarget.value);
        say(event.currentTarget.value);
      }}
    />
  );
}
