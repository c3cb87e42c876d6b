// The shortcuts of a single key, which can be switched off (WCAG 2.1.4): a voice or a tremor presses many.
import { isWriting } from "./isWriting";

const place = "radix-single-keys";
let isOn = globalThis.localStorage?.getItem(place) !== "off";
const listeners = new Set<() => void>();

export function hasSingleKeys(): boolean {
  return isOn;
}

/** Switches them; this browser knows it again before the account's choice is there. */
export function setSingleKeys(on: boolean): void {
  isOn = on;
  globalThis.localStorage?.setItem(place, on ? "on" : "off");
  for (const listener of listeners) listener();
}

export function subscribeSingleKeys(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** What takes every key for itself while it is open. */
const takers = "[role=menu], [role=listbox], [role=dialog], [role=alertdialog]";

/** Tells whether a key is a shortcut: no command, nothing written, no list or dialog open. */
export function isSingleKey(event: KeyboardEvent): boolean {
  if (!isOn || event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey) return false;
  if (event.isComposing || isWriting(event.target)) return false;
  // Some are kept in the document while they are closed.
  return ![...document.querySelectorAll(takers)].some((taker) => taker.checkVisibility());
}
