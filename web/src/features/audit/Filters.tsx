import { Button, Select } from "@mantine/core";
import { DatePickerInput } from "@mantine/dates";
import "@mantine/dates/styles.layer.css";
import { useQuery } from "@tanstack/react-query";
import type { AuditEntry } from "../../api/types";
import { t } from "../../texts/texts";
import { Icon } from "../../ui/Icon";
import styles from "./AuditLog.module.css";
import { actionsQuery, type Whose } from "./api";
import type { AuditSearch } from "./search";
import { actionName, actorName } from "./sentence";

type FiltersProps = {
  whose: Whose;
  search: AuditSearch;
  onSearch: (search: AuditSearch) => void;
  /** Rows in sight: they know the names of what the address only gives ids of. */
  known: AuditEntry[];
};

/** Which rows are shown. */
export function Filters({ whose, search, onSearch, known }: FiltersProps) {
  const actions = useQuery(actionsQuery(whose));
  const by = known.find((entry) => entry.user?.id === search.user);
  const remove = (name: keyof AuditSearch) => onSearch({ ...search, [name]: undefined });
  return (
    <div className={styles.filters}>
      <Select
        className={styles.action}
        aria-label={t.audit.action}
        placeholder={t.audit.allActions}
        data={choices(actions.data ?? [], search.action)}
        value={search.action ?? null}
        onChange={(action) => onSearch({ ...search, action: action ?? undefined })}
        searchable
        clearable
      />
      <DatePickerInput
        className={styles.days}
        type="range"
        aria-label={t.audit.days}
        placeholder={t.audit.anyDay}
        valueFormat="D MMM YYYY"
        leftSection={<Icon name="calendar" size={16} />}
        value={[search.from ?? null, search.to ?? null]}
        onChange={([from, to]) => onSearch({ ...search, from: from ?? undefined, to: to ?? undefined })}
        allowSingleDateInRange
        clearable
      />
      {search.user && (
        <Chip
          name={by ? t.audit.by(actorName(by)) : t.audit.by(t.audit.somebody)}
          onRemove={() => remove("user")}
        />
      )}
      {search.resource && <Chip name={t.audit.about} onRemove={() => remove("resource")} />}
    </div>
  );
}

function Chip({ name, onRemove }: { name: string; onRemove: () => void }) {
  return (
    <Button
      variant="light"
      rightSection={<Icon name="x" size={14} />}
      aria-label={t.audit.removeFilter(name)}
      onClick={onRemove}
    >
      {name}
    </Button>
  );
}

/** Actions in groups of what they are about; a group can be chosen as a whole. */
function choices(actions: string[], chosen: string | undefined) {
  const all = chosen && !chosen.endsWith(".") && !actions.includes(chosen) ? [...actions, chosen] : actions;
  const nouns = [...new Set(all.map((action) => action.split(".")[0] ?? action))];
  if (chosen?.endsWith(".") && !nouns.includes(chosen.slice(0, -1))) nouns.push(chosen.slice(0, -1));
  return nouns.map((noun) => ({
    group: noun.replaceAll("_", " "),
    items: [
      { value: `${noun}.`, label: t.audit.everything(noun.replaceAll("_", " ")) },
      ...all
        .filter((action) => action.startsWith(`${noun}.`))
        .map((action) => ({ value: action, label: actionName(action) })),
    ],
  }));
}
