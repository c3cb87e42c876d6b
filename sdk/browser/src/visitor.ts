import { read, write } from "./storage.js";
import { uuid } from "./uuid.js";

/** A session ends after so much silence. */
const SILENCE = 30 * 60_000;
/** No session is longer. */
const LONGEST = 24 * 3_600_000;

/** Who visits, and in which session: one for all tabs of a site. The names are short since it is stored as it is. */
export interface Visitor {
  /** The distinct id. */
  i: string;
  /** Whether the page has named the visitor. */
  k?: 1;
  /** The session. */
  s?: string;
  /** When it began. */
  b?: number;
  /** When the last event was. */
  t?: number;
  /** The groups the visitor belongs to. */
  g?: Record<string, string>;
}

/** The end of the name that it is kept under. */
const ENTRY = ".id";

let known: Visitor | undefined;

export function getVisitor(): Visitor {
  const stored = read(ENTRY) as Visitor | undefined;
  known = (stored?.i ? stored : known) || { i: uuid() };
  return known;
}

export function setVisitor(visitor?: Visitor): void {
  known = visitor;
  write(ENTRY, visitor);
}

/**
 * Notes that something happens now, which begins a session if there is none, and returns who does it and when.
 *
 * What only ends a page begins none: after a long silence it counts as the end of that silence.
 */
export function visit(isEnd: unknown): [Visitor, number] {
  const visitor = getVisitor();
  const { s, b = 0, t = 0 } = visitor;
  let at = Date.now();
  // A clock that was set back by years must not keep a session for years.
  if (Math.abs(at - t) < SILENCE && at - b < LONGEST) visitor.t = at;
  else if (isEnd && s) at = Math.min(at, t + SILENCE, b + LONGEST);
  else {
    visitor.s = uuid();
    visitor.b = visitor.t = at;
  }
  setVisitor(visitor);
  return [visitor, at];
}
