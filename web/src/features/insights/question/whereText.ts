import type { Condition } from "../../../api/types";
import { t } from "../../../texts/texts";
import { propertyName, valueName } from "../properties";
import type { Clause } from "./where";

/** Writes a condition the way it is said: Country is Germany. */
export function conditionText(condition: Condition): string {
  const values = (condition.values ?? []).map((value) => valueName(condition.property, value));
  return [propertyName(condition.property), t.explore.operators[condition.operator], values.join(", ")]
    .filter(Boolean)
    .join(" ");
}

export function clauseText(clause: Clause): string {
  return clause.map(conditionText).join(` ${t.explore.or} `);
}
