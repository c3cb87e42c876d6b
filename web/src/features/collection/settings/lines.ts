/** Returns the entries that stand in a field, one a line. */
export function entriesOf(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

/** Returns what is wrong with the entries of a field: the server names them `field.0`, `field.1` and so on. */
export function problemsOf(fields: Record<string, string>, field: string): string | undefined {
  const own = Object.entries(fields).filter(([name]) => name === field || name.startsWith(`${field}.`));
  return own.length > 0 ? own.map(([, detail]) => detail).join("; ") : undefined;
}
