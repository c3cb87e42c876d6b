import type { Condition, Filter, Operator } from "../../../api/types";

/**
 * Which events count, the way a sentence says it: clauses joined by "and", each of alternatives joined by "or".
 *
 * Any and/or condition can be written like this, and nobody has to see a tree.
 */
export type Where = Clause[];
export type Clause = Condition[];

/** The same in the address bar: [[["plan", "is", "pro"]]]. */
export type WhereParam = string[][][];

const operators: readonly string[] = [
  "is",
  "is_not",
  "contains",
  "not_contains",
  "starts_with",
  "matches",
  "not_matches",
  "greater_than",
  "at_least",
  "less_than",
  "at_most",
  "is_set",
  "is_not_set",
] satisfies Operator[];

function isOperator(text: string | undefined): text is Operator {
  return text !== undefined && operators.includes(text);
}

/** Tells whether an operator compares with values. */
export function takesValues(operator: Operator): boolean {
  return operator !== "is_set" && operator !== "is_not_set";
}

/** Tells whether a condition is whole; half-written ones are not sent. */
export function isWhole(condition: Condition): boolean {
  if (condition.property === "") return false;
  return !takesValues(condition.operator) || (condition.values ?? []).some((value) => value !== "");
}

/** Returns the filter the server understands; undefined where nothing is asked. */
export function filterOf(where: Where): Filter | undefined {
  const clauses: Filter[] = [];
  for (const clause of where) {
    const conditions = clause.filter(isWhole);
    const [first] = conditions;
    if (!first) continue;
    clauses.push(conditions.length === 1 ? first : { or: conditions });
  }
  const [only] = clauses;
  if (!only) return undefined;
  return clauses.length === 1 ? only : { and: clauses };
}

export function writeWhere(where: Where): WhereParam | undefined {
  const clauses = where.map((clause) =>
    clause.map((condition) => [condition.property, condition.operator, ...(condition.values ?? [])]),
  );
  const filled = clauses.filter((clause) => clause.length > 0);
  return filled.length > 0 ? filled : undefined;
}

/** Reads conditions from the address bar; what is no condition is left out. */
export function readWhere(param: unknown): Where {
  if (!Array.isArray(param)) return [];
  const where: Where = [];
  for (const part of param) {
    if (!Array.isArray(part)) continue;
    const clause = part.map(readCondition).filter((condition) => condition !== undefined);
    if (clause.length > 0) where.push(clause);
  }
  return where;
}

function readCondition(part: unknown): Condition | undefined {
  if (!Array.isArray(part)) return undefined;
  const [property, operator, ...values] = part.map(String);
  if (!property || !isOperator(operator)) return undefined;
  return takesValues(operator) ? { property, operator, values } : { property, operator };
}

/** Adds a clause, or takes it away where it is there already. */
export function toggle(where: Where, condition: Condition): Where {
  const text = JSON.stringify([condition]);
  const without = where.filter((clause) => JSON.stringify(clause) !== text);
  return without.length < where.length ? without : [...where, [condition]];
}
