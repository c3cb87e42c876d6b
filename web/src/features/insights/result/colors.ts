// Which colour a value of a property has: the first seen gets the first colour and keeps it, however the next answer
// sorts its lines and whichever picture shows it.

/** What is kept is no value but a number made of it: values may be people's, and the store outlives a sign-out. */
type Kept = Record<string, string[]>;

const place = "radix-colors";
/** More values of one property are given the colours of the first ones again. */
const mostKept = 270;

let kept: Kept | undefined;

/** Returns the colour of each of some values of a property, in their order. */
export function colorsOf(property: string, values: string[]): number[] {
  kept ??= read();
  const known = kept[property] ?? [];
  let isNew = false;
  const colors = values.map((value) => {
    const mark = hash(value);
    const at = known.indexOf(mark);
    if (at >= 0) return at;
    isNew = true;
    if (known.length >= mostKept) known.shift();
    return known.push(mark) - 1;
  });
  kept[property] = known;
  if (isNew) write(kept);
  return colors;
}

function read(): Kept {
  try {
    const read: unknown = JSON.parse(globalThis.sessionStorage?.getItem(place) ?? "{}");
    const isKept = typeof read === "object" && read !== null && Object.values(read).every(Array.isArray);
    return isKept ? (read as Kept) : {};
  } catch {
    // A browser that keeps nothing forgets the colours with the page.
    return {};
  }
}

function write(all: Kept): void {
  try {
    globalThis.sessionStorage?.setItem(place, JSON.stringify(all));
  } catch {
    // As above.
  }
}

/** FNV-1a: short, and spread well enough for some hundred values. */
function hash(text: string): string {
  let sum = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) sum = Math.imul(sum ^ text.charCodeAt(at), 0x01000193);
  return (sum >>> 0).toString(36);
}
