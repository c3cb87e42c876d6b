import { t } from "../../../texts/texts";
import { Note } from "../../../ui/Note";

type IdentityProblemProps = { title: string; code?: string };

/** Says why a provider has sent somebody back with nothing; the code comes in the address. */
export function IdentityProblem({ title, code }: IdentityProblemProps) {
  if (!code) return null;
  return (
    <Note tone="bad" icon="alertTriangle" title={title}>
      {t.identity.problems[code] ?? t.identity.problems.internal}
    </Note>
  );
}
