import { readJson, WrittenNumber, writeJson } from "../../../api/json";

/** A JSON merge patch. */
export type Patch = { [field: string]: unknown };

/** Returns the patch that sets one field: "properties.plan" is a field within a field. Nothing for no field. */
export function patchOf(field: string, value: string): Patch | undefined {
  const parts = field
    .split(".")
    .map((part) => part.trim())
    .filter(Boolean);
  if (parts.length === 0) return undefined;
  return parts.reduceRight<unknown>((within, part) => ({ [part]: within }), typedValue(value)) as Patch;
}

/** Reads what somebody typed: JSON where it is JSON, else text. */
export function typedValue(typed: string): unknown {
  try {
    return readJson(typed);
  } catch {
    return typed;
  }
}

/** Returns an event's text as it is easiest to read; what is no JSON stays as it is. */
export function pretty(raw: string): string {
  try {
    return writeJson(readJson(raw), 2);
  } catch {
    return raw;
  }
}

/** Whether a text is a JSON object. */
export function isObject(text: string): boolean {
  try {
    const read = readJson(text);
    return (
      typeof read === "object" && read !== null && !Array.isArray(read) && !(read instanceof WrittenNumber)
    );
  } catch {
    return false;
  }
}
