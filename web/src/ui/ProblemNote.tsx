import { Button, Code } from "@mantine/core";
import { problemOf } from "../api/problem";
import { t } from "../texts/texts";
import { Empty } from "./Empty";
import { explain } from "./explain";
import styles from "./ProblemNote.module.css";

type ProblemNoteProps = { error: unknown; onRetry?: () => void };

/** Says what went wrong, whose fault it is, and offers to try again. */
export function ProblemNote({ error, onRetry }: ProblemNoteProps) {
  const problem = problemOf(error);
  const { icon, title, hint } = explain(problem);
  const detail = problem.message && problem.message !== hint ? problem.message : undefined;
  return (
    <div role="alert">
      <Empty
        icon={icon}
        tone="bad"
        title={title}
        hint={
          <>
            {hint}
            {detail && <span className={styles.detail}>{detail}</span>}
          </>
        }
        action={
          <>
            {onRetry && (
              <Button variant="default" onClick={onRetry}>
                {t.problems.retry}
              </Button>
            )}
            {problem.requestId && (
              <p className={styles.reference}>
                <Code>{t.problems.reference(problem.requestId)}</Code>
              </p>
            )}
          </>
        }
      />
    </div>
  );
}
