import { readJson, WrittenNumber } from "../../../api/json";
import { t } from "../../../texts/texts";
import type { ConfigValues } from "./api";

/** Reads a configuration as somebody writes it; says what is wrong with it until it is one. */
export function readConfig(text: string): { values?: ConfigValues; error?: string } {
  let read: unknown;
  try {
    read = readJson(text);
  } catch (error) {
    return { error: t.configs.notJson(error instanceof Error ? error.message : String(error)) };
  }
  if (typeof read !== "object" || read === null || Array.isArray(read) || read instanceof WrittenNumber)
    return { error: t.configs.notObject };
  return { values: read as ConfigValues };
}
