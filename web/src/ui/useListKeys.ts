import type { ComboboxStore } from "@mantine/core";
import { type KeyboardEvent, type RefObject, useEffect, useRef } from "react";

const typingMs = 700;

/** The keys of a list that has the focus: arrows move, Enter picks, Escape closes, letters go to what begins with them. */
export function useListKeys(combobox: ComboboxStore, list: RefObject<HTMLElement | null>) {
  const typed = useRef({ text: "", at: 0 });
  // What was typed into the list before is no beginning of what is typed into it now.
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when the list opens
  useEffect(() => {
    typed.current = { text: "", at: 0 };
  }, [combobox.dropdownOpened]);
  const mark = () => {
    const marked = list.current?.querySelector("[data-combobox-selected]");
    if (marked?.id) list.current?.setAttribute("aria-activedescendant", marked.id);
  };
  const goTo = (letter: string, at: number) => {
    const isGoingOn = at - typed.current.at < typingMs;
    const text = (isGoingOn ? typed.current.text : "") + letter.toLowerCase();
    typed.current = { text, at };
    const options = [...(list.current?.querySelectorAll("[data-combobox-option]") ?? [])];
    const found = options.findIndex((option) => option.textContent?.toLowerCase().trim().startsWith(text));
    if (found >= 0) combobox.selectOption(found);
  };
  return (event: KeyboardEvent) => {
    if (event.target !== list.current || event.metaKey || event.ctrlKey || event.altKey) return;
    const actions = new Map([
      ["ArrowDown", combobox.selectNextOption],
      ["ArrowUp", combobox.selectPreviousOption],
      ["Home", combobox.selectFirstOption],
      ["End", () => combobox.selectOption(-1)],
      ["Enter", combobox.clickSelectedOption],
      ["Escape", () => combobox.closeDropdown()],
      ["Tab", () => combobox.closeDropdown()],
    ]);
    const action =
      actions.get(event.key) ?? (event.key.length === 1 && (() => goTo(event.key, event.timeStamp)));
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    action();
    mark();
  };
}
