import { writeJson } from "../../api/json";
import type { AuditEntry } from "../../api/types";
import { permissionName } from "../../texts/permissionName";
import { locale, t } from "../../texts/texts";

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
  if (special) {
    const end = typeof details.whom === "string" && details.whom ? special.end?.(details.whom) : undefined;
    // Rows of before may not know the name that the verb leads to.
    const verb = name === undefined ? special.verb.replace(/ (of|as|to|with|for)$/, "") : special.verb;
    return { who, verb, name, end };
  }
  if (entry.action === "access.refused") return { who, verb: t.audit.refused, end: refusal(details) };
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
        end: `${t.audit.to} ${settingText(only.field, only.after)}`,
      };
    }
  }
  const shown = noun === "setting" && name ? (t.system.names[name] ?? name) : name;
  return { who, verb: t.audit.verb(rest.join(" ")), what: t.audit.noun(noun), name: shown };
}

/** Says in a filter what an action is: the sentence without its ends. */
export function actionName(action: string): string {
  const [noun = "", ...rest] = action.split(".");
  const special = t.audit.special[action];
  const text = special
    ? special.verb.replace(/:$/, "")
    : action === "access.refused"
      ? t.audit.refused
      : `${t.audit.verb(rest.join(" "))} ${t.audit.noun(noun)}`;
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function refusal(details: Values): string {
  const operation = details.operation ? plain(details.operation) : t.audit.refusedSomething;
  if (details.needed) return t.audit.refusedWhat(operation, permissionName(plain(details.needed)));
  return details.reason ? t.audit.refusedWhy(operation, plain(details.reason)) : operation;
}

function settingText(key: string, value: unknown): string {
  if (typeof value === "boolean") return value ? t.system.on : t.system.off;
  const unit = /_(seconds|minutes|days|mb)$/.exec(key)?.[1];
  if (typeof value !== "number" || !unit) return plain(value);
  return `${value.toLocaleString(locale)} ${t.system.units[unit === "mb" ? "megabytes" : (unit as "days")]}`;
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

/** Returns what else is known: not what the sentence says, nor ids, which say nothing to people. */
export function factsOf(entry: AuditEntry): [field: string, value: unknown][] {
  return Object.entries(values(entry.details)).filter(
    ([field, value]) => field !== "name" && field !== "whom" && !field.endsWith("_id") && value !== null,
  );
}

/** Writes a value for people. */
export function plain(value: unknown): string {
  if (value === undefined || value === null || value === "") return t.audit.nothing;
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return value ? t.audit.yes : t.audit.no;
  if (Array.isArray(value) && value.every((item) => typeof item === "string"))
    return value.length === 0 ? t.audit.nothing : value.join(", ");
  return writeJson(value);
}

function values(raw: unknown): Values {
  return typeof raw === "object" && raw !== null && !Array.isArray(raw) ? (raw as Values) : {};
}
