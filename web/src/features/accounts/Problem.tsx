import { problemOf } from "../../api/problem";
import { t } from "../../texts/texts";
import { ChangedMeanwhile } from "../../ui/ChangedMeanwhile";
import { explain } from "../../ui/explain";
import { Note } from "../../ui/Note";

type ProblemProps = { error: unknown };

/** What went wrong with a form, above it; what is wrong with single fields stands at them. */
export function Problem({ error }: ProblemProps) {
  const problem = problemOf(error);
  if (problem.changed) return <ChangedMeanwhile problem={problem} />;
  if (Object.keys(problem.fields).length > 0) return null;
  const { title, hint } = explain(problem);
  const own = t.accounts.problems[problem.code as keyof typeof t.accounts.problems];
  return (
    <Note tone="bad" icon="alertTriangle" title={own?.title ?? title}>
      {own?.hint ?? hint}
    </Note>
  );
}
