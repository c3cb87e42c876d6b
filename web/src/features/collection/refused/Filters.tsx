import { Select } from "@mantine/core";
import { DatePickerInput } from "@mantine/dates";
import "@mantine/dates/styles.layer.css";
import type { RejectedGroup } from "../../../api/types";
import { t } from "../../../texts/texts";
import { Icon } from "../../../ui/Icon";
import { SearchField } from "../../../ui/SearchField";
import { refusedName } from "./names";
import styles from "./Refused.module.css";
import type { RefusedSearch } from "./search";

type FiltersProps = {
  search: RefusedSearch;
  onSearch: (search: RefusedSearch) => void;
  groups: RejectedGroup[];
};

/** A value of its own for events without a name: an empty one is "all". */
const nameless = "\u0000";

/** Which refused events are shown. */
export function Filters({ search, onSearch, groups }: FiltersProps) {
  const find = (text: string | undefined) => onSearch({ ...search, search: text });
  const codes = unique([...groups.map((group) => group.code), search.code]);
  const events = unique([...groups.map((group) => group.event_name), search.event]);
  return (
    <div className={styles.filters}>
      <Select
        className={styles.choice}
        aria-label={t.refused.reason}
        placeholder={t.refused.allReasons}
        data={codes}
        value={search.code ?? null}
        onChange={(code) => onSearch({ ...search, code: code ?? undefined, field: undefined })}
        searchable
        clearable
      />
      <Select
        className={styles.choice}
        aria-label={t.refused.event}
        placeholder={t.refused.allEvents}
        data={events.map((event) => ({ value: event || nameless, label: refusedName(event) }))}
        value={search.event === undefined ? null : search.event || nameless}
        onChange={(event) =>
          onSearch({ ...search, event: event === null ? undefined : event === nameless ? "" : event })
        }
        searchable
        clearable
      />
      <DatePickerInput
        className={styles.choice}
        type="range"
        aria-label={t.refused.days}
        placeholder={t.refused.anyDay}
        valueFormat="D MMM YYYY"
        leftSection={<Icon name="calendar" size={16} />}
        value={[search.from ?? null, search.to ?? null]}
        onChange={([from, to]) => onSearch({ ...search, from: from ?? undefined, to: to ?? undefined })}
        allowSingleDateInRange
        clearable
      />
      <SearchField className={styles.search} label={t.refused.search} value={search.search} onSearch={find} />
    </div>
  );
}

function unique(values: (string | undefined)[]): string[] {
  return [...new Set(values.filter((value) => value !== undefined))].sort();
}
