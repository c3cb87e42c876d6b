import { Combobox, Loader, useCombobox } from "@mantine/core";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { t } from "../texts/texts";
import { Icon } from "./Icon";
import styles from "./Picker.module.css";
import { useListKeys } from "./useListKeys";

export type Choice = {
  value: string;
  label: string;
  hint?: string;
  /** Shows on hover. */
  tip?: string;
  right?: ReactNode;
  left?: ReactNode;
};
export type ChoiceGroup = { title?: string; choices: Choice[] };

type PickerProps = {
  label: string;
  groups: ChoiceGroup[];
  value?: string;
  onPick: (value: string) => void;
  /** What opens the list; it is made a button by the caller. */
  children: (open: () => void, isOpen: boolean) => ReactNode;
  searchable?: boolean;
  searchLabel?: string;
  /** Lets people choose what they typed, where no choice is called that; says so. */
  typed?: (text: string) => string;
  loading?: boolean;
  width?: number;
  startOpen?: boolean;
};

const maxShown = 100;

/** A list to choose one of, with a search where it is long. */
export function Picker(props: PickerProps) {
  const { label, groups, value, onPick, children, searchable, loading, width = 280 } = props;
  const [search, setSearch] = useState("");
  const list = useRef<HTMLDivElement>(null);
  const combobox = useCombobox({
    defaultOpened: props.startOpen,
    onDropdownClose: () => {
      combobox.resetSelectedOption();
      combobox.focusTarget();
      setSearch("");
    },
    onDropdownOpen: () => {
      if (searchable) combobox.focusSearchInput();
    },
  });
  const shown = filter(groups, search);
  const text = search.trim();
  const isKnown = groups.some((group) =>
    group.choices.some(({ value, label }) => [value, label].includes(text)),
  );
  const typed = text && !isKnown ? props.typed?.(text) : undefined;
  const first = shown.find((group) => group.choices.length > 0)?.choices[0]?.value ?? typed;
  const { dropdownOpened, selectActiveOption, selectFirstOption, updateSelectedOptionIndex } = combobox;
  // One choice is always marked, so that Enter picks what is in sight.
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when what can be picked changes
  useEffect(() => {
    if (!dropdownOpened) return;
    const timer = setTimeout(() => {
      if (search) selectFirstOption();
      else selectActiveOption();
      updateSelectedOptionIndex("selected");
      // After the marking, which must not undo what is typed from now on.
      if (!searchable) list.current?.focus();
    });
    return () => clearTimeout(timer);
  }, [dropdownOpened, search, first]);
  const onListKey = useListKeys(combobox, list);
  const isEmpty = !typed && shown.every((group) => group.choices.length === 0);
  return (
    <Combobox
      store={combobox}
      width={width}
      position="bottom-start"
      shadow="md"
      withinPortal
      keepMounted={false}
      onOptionSubmit={(picked) => {
        onPick(picked);
        combobox.closeDropdown();
      }}
    >
      <Combobox.Target targetType="button" withAriaAttributes>
        {children(() => combobox.toggleDropdown(), combobox.dropdownOpened)}
      </Combobox.Target>
      <Combobox.Dropdown className={styles.dropdown}>
        {searchable && (
          <Combobox.Search
            value={search}
            onChange={(event) => setSearch(event.currentTarget.value)}
            placeholder={props.searchLabel ?? t.words.search}
            aria-label={props.searchLabel ?? t.words.search}
            leftSection={<Icon name="search" size={15} />}
          />
        )}
        <Combobox.Options
          aria-label={label}
          ref={list}
          tabIndex={-1}
          onKeyDown={onListKey}
          className={styles.list}
        >
          {loading && (
            <Combobox.Empty>
              <Loader size="xs" aria-label={t.states.loading} />
            </Combobox.Empty>
          )}
          {!loading && isEmpty && <Combobox.Empty>{t.words.nothingFound}</Combobox.Empty>}
          {shown.map((group) => (
            <Group key={group.title ?? ""} group={group} value={value} />
          ))}
          {typed && (
            <Combobox.Option value={text} className={styles.option}>
              <Icon name="plus" size={15} />
              <span className={styles.texts}>{typed}</span>
            </Combobox.Option>
          )}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}

function Group({ group, value }: { group: ChoiceGroup; value?: string }) {
  const options = group.choices.map((choice) => (
    <Combobox.Option
      key={choice.value}
      value={choice.value}
      active={choice.value === value}
      className={styles.option}
      title={choice.tip ?? choice.label}
    >
      {choice.left}
      <span className={styles.texts}>
        <span className={styles.label}>{choice.label}</span>
        {choice.hint && <span className={styles.hint}>{choice.hint}</span>}
      </span>
      {choice.right && <span className={styles.right}>{choice.right}</span>}
      {choice.value === value && <Icon name="check" size={15} />}
    </Combobox.Option>
  ));
  if (!group.title) return options;
  return group.choices.length > 0 && <Combobox.Group label={group.title}>{options}</Combobox.Group>;
}

function filter(groups: ChoiceGroup[], search: string): ChoiceGroup[] {
  const words = search.trim().toLowerCase().split(/\s+/).filter(Boolean);
  return groups.map((group) => ({
    ...group,
    choices: group.choices.filter((choice) => matches(choice, words)).slice(0, maxShown),
  }));
}

function matches(choice: Choice, words: string[]): boolean {
  const text = `${choice.label} ${choice.value} ${choice.hint ?? ""} ${choice.tip ?? ""}`.toLowerCase();
  return words.every((word) => text.includes(word));
}
