// The browser's storage. It may be forbidden, full, or hold what somebody else wrote: then it holds nothing.
import { settings } from "./settings.js";

/** Whether the visitor wants to be left alone: kept even where nothing else is. */
export const OUT = ".out";

let isFull = false;

function isKept(what: string): boolean {
  return what === OUT || !(settings.cookieless || isFull);
}

export function read(what: string): unknown {
  try {
    if (isKept(what)) return JSON.parse(localStorage[settings.name + what]);
  } catch {}
}

/** Writes a value, or removes the entry where there is none. */
export function write(what: string, value?: unknown): void {
  try {
    if (value === undefined) delete localStorage[settings.name + what];
    else if (isKept(what)) localStorage[settings.name + what] = JSON.stringify(value);
  } catch {
    // What is full would bring an old state back: from now on memory alone counts.
    isFull = true;
  }
}
