/**
 * JSON that people wrote themselves, read and written as it stands.
 *
 * JavaScript's numbers hold 53 bits: 9007199254740993 would come back as …992, and 1.10 as 1.1. Numbers that it would
 * write otherwise are kept as they are written.
 */

/** A number as it is written. */
export class WrittenNumber {
  constructor(readonly text: string) {}

  toString(): string {
    return this.text;
  }

  /** For whoever writes JSON without `writeJson`: the nearest number there is. */
  toJSON(): number {
    return Number(this.text);
  }
}

/** Strings, so that digits in them are passed over, and numbers. */
const stringOrNumber = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** Reads JSON; a number that JavaScript would write otherwise becomes a `WrittenNumber`. */
export function readJson(text: string): unknown {
  const plain: unknown = JSON.parse(text);
  const mark = unused(text);
  const numbers: string[] = [];
  const marked = text.replace(stringOrNumber, (found) => {
    if (found.startsWith('"') || String(Number(found)) === found) return found;
    numbers.push(found);
    return `{"${mark}":${numbers.length - 1}}`;
  });
  if (numbers.length === 0) return plain;
  return JSON.parse(marked, (_name, value) => {
    const number = numbers[Object(value)[mark]];
    return number === undefined ? value : new WrittenNumber(number);
  });
}

/** Writes JSON; numbers that were read by `readJson` stand as they stood. */
export function writeJson(value: unknown, indent?: number): string {
  const mark = unused(JSON.stringify(value) ?? "");
  const numbers: string[] = [];
  const text = JSON.stringify(
    value,
    function (this: Record<string, unknown>, name, written) {
      const held = this[name];
      if (!(held instanceof WrittenNumber)) return written;
      numbers.push(held.text);
      return `${mark}${numbers.length - 1}`;
    },
    indent,
  );
  if (numbers.length === 0) return text;
  return text.replace(new RegExp(`"${mark}(\\d+)"`, "g"), (_found, number) => numbers[Number(number)] ?? "");
}

/** Returns a name that does not occur in a text. */
function unused(text: string): string {
  let name = "number-";
  while (text.includes(name)) name += "-";
  return name;
}
