import { t } from "../../../texts/texts";
import { eventName, propertyName } from "../properties";
import { letterOf, propertyOf, type Question, type SeriesState } from "../question/question";
import { clauseText } from "../question/whereText";

/** Names a series in the words of its sentence: unique people who did Sign up where plan is pro. */
export function seriesName(series: SeriesState): string {
  if (series.name) return series.name;
  const kind = series.measure.kind;
  const property = propertyOf(series.measure);
  const measured = [t.explore.measures[kind]];
  if (property !== undefined) measured.push(t.explore.of, propertyName(property), t.explore.links.property);
  else measured.push(t.explore.links[kind as "count"]);
  const where = series.where.map(clauseText).join(` ${t.explore.and} `);
  const words = [...measured, eventName(series.event), where && `${t.explore.where} ${where}`];
  return capital(words.filter(Boolean).join(" "));
}

/** Returns what each line is called, by the letter of its series or the expression of its formula. */
export function seriesNames(question: Question): Map<string, string> {
  const names = new Map(question.series.map((series, index) => [letterOf(index), seriesName(series)]));
  for (const { expression, name } of question.formulas) names.set(expression, name || expression);
  return names;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
