import { problemOf } from "../api/problem";
import { t } from "../texts/texts";
import { ChangedMeanwhile } from "./ChangedMeanwhile";
import { explain } from "./explain";
import { Note } from "./Note";

type FormProblemProps = {
  error: unknown;
  /** The fields of the form, which say themselves what is wrong with them. */
  fields?: string[];
};

/** What went wrong with a form or an action, beside it: the server's own words where it has some. */
export function FormProblem({ error, fields = [] }: FormProblemProps) {
  if (!error) return null;
  const problem = problemOf(error);
  if (problem.changed) return <ChangedMeanwhile problem={problem} />;
  const named = Object.keys(problem.fields);
  if (named.length > 0 && named.every((field) => fields.includes(field))) return null;
  const { title, hint } = explain(problem);
  const isRefusal = problem.status === 403 || problem.status === 409 || problem.status === 422;
  const known = t.refusals[problem.code as keyof typeof t.refusals];
  return (
    <Note tone="bad" icon="alertTriangle" title={isRefusal ? undefined : title}>
      {known ?? (isRefusal ? sentence(problem.message) || hint : hint)}
    </Note>
  );
}

function sentence(text: string): string {
  return text && `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`;
}
