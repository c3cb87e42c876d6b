import type { AuditEntry } from "../../api/types";
import { t } from "../../texts/texts";

/** A row of the log as a sentence: who, did what, to what, and how it ended up. */
export type Sentence = { who: string; verb: string; what?: string; name?: string; end?: string };

type Values = Record<string, unknown>;

/** Says in words what a row tells. */
export function sentenceOf(entry: AuditEntry): Sentence {
  const who = actorName(entry);
  const [noun = "", ...rest] = entry.action.split(".");
  const details = values(entry.details);
  const name = typeof details.name === "string" ? details.name : undefined;
  const special = t.audit.special[entry.action];
  if (special) return { who, verb: special, name };
  if (entry.action === "access.refused") {
    const end = t.audit.refusedWhat(plain(details.operation), plain(details.needs).replaceAll("_", " "));
    return { who, verb: t.audit.refused, end };
  }
  const changes = changesOf(entry);
  const [only] = changes;
  if (only && changes.length === 1 && rest.join(".") === "update") {
    if (only.field === "name")
      return {
        who,
        verb: t.audit.renamed,
        what: t.audit.noun(noun),
        name: plain(only.before),
        end: `${t.audit.to} ${plain(only.after)}`,
      };
    const switched = t.audit.switched[`${noun}.${only.field}`]?.[only.after === true ? "on" : "off"];
    if (switched) return { who, what: t.audit.noun(noun), name, ...switched };
    if (noun === "setting") {
      return {
        who,
        verb: t.audit.set,
        name: t.system.names[only.field] ?? only.field,
        end: `${t.audit.to} ${plain(only.after)}`,
      };
    }
  }
  const shown = noun === "setting" && name ? (t.system.names[name] ?? name) : name;
  return { who, verb: t.audit.verb(rest.join(" ")), what: t.audit.noun(noun), name: shown };
}

/** Returns the name of who did it. */
export function actorName(entry: AuditEntry): string {
  if (entry.user) return entry.user.name || entry.user.email || t.audit.gone;
  return entry.ip_address ? t.audit.nobody : t.audit.system;
}

/** What one field was, and is since. */
export type FieldChange = { field: string; before: unknown; after: unknown };

/** Returns the fields that differ; one side is absent where something came or went. */
export function changesOf(entry: AuditEntry): FieldChange[] {
  const [before, after] = [values(entry.old_values), values(entry.new_values)];
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return fields.map((field) => ({ field, before: before[field], after: after[field] }));
}

/** Writes a value for people. */
export function plain(value: unknown): string {
  if (value === undefined || value === null || value === "") return t.audit.nothing;
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return value ? t.audit.yes : t.audit.no;
  if (Array.isArray(value) && value.every((item) => typeof item === "string"))
    return value.length === 0 ? t.audit.nothing : value.join(", ");
  return JSON.stringify(value);
}

function values(raw: unknown): Values {
  return typeof raw === "object" && raw !== null && !Array.isArray(raw) ? (raw as Values) : {};
}
