import { Button } from "@mantine/core";
import { t } from "../../texts/texts";
import { Icon } from "../../ui/Icon";
import { Picker } from "../../ui/Picker";
import { SearchField } from "../../ui/SearchField";
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

/** Which of the events that arrive are shown. */
export function LiveFilters({ project, choice, onChange, onClear }: LiveFiltersProps) {
  const choices = useEventChoices(project);
  const { event, person, traffic = "all", search } = choice;
  return (
    <search className={styles.filters}>
      <SearchField
        className={styles.field}
        label={t.collection.filterText}
        value={search}
        onSearch={(text) => onChange({ search: text })}
      />
      <SearchField
        className={styles.field}
        label={t.collection.filterPerson}
        value={person}
        onSearch={(text) => onChange({ person: text })}
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
