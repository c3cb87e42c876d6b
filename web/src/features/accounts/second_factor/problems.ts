import { problemOf } from "../../../api/problem";
import { t } from "../../../texts/texts";
import { explain } from "../../../ui/explain";

type Problems = { password?: string; code?: string; other?: string };

/** Says below which field a refusal belongs. */
export function problemsOf(error: unknown): Problems {
  if (!error) return {};
  const problem = problemOf(error);
  if (problem.code === "password_wrong") return { password: t.secondFactor.wrongPassword };
  if (problem.code === "second_factor_wrong") return { code: t.secondFactor.wrongCode };
  if (problem.code === "password_missing") return { other: t.secondFactor.noPassword };
  if (problem.code === "proof_required") return { other: t.refusals.proof_required };
  const { title, hint } = explain(problem);
  return { other: `${title}. ${hint}` };
}
