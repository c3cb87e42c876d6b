import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import type { Problem } from "../api/problem";
import { t } from "../texts/texts";
import { Ago } from "./Ago";
import styles from "./ChangedMeanwhile.module.css";
import { FormProblem } from "./FormProblem";
import { beginAnew } from "./fresh";
import { Icon } from "./Icon";

type ChangedMeanwhileProps = { problem: Problem };

/** Says who has changed meanwhile what somebody wants to save, and lets them choose: theirs, or their own. */
export function ChangedMeanwhile({ problem }: ChangedMeanwhileProps) {
  const queries = useQueryClient();
  const router = useRouter();
  const load = useMutation({
    mutationFn: async () => {
      await router.invalidate();
      await beginAnew(queries);
    },
  });
  const overwrite = useMutation({
    mutationFn: async () => problem.overwrite?.(),
    onSuccess: () => load.mutate(),
  });
  const texts = t.changed;
  return (
    <div className={styles.note} role="alert">
      <strong className={styles.title}>
        <Icon name="users" size={17} />
        {texts.title}
      </strong>
      <ul className={styles.changes}>
        {problem.changed?.changes.slice(0, 3).map((change) => (
          <li key={`${change.at} ${change.action}`}>
            {texts.by(change.by ?? texts.somebody)} <Ago time={change.at} />
            {change.fields.length > 0 && `: ${texts.fields(change.fields)}`}
          </li>
        ))}
      </ul>
      <p className={styles.hint}>{texts.kept}</p>
      <div className={styles.buttons}>
        <Button variant="default" size="xs" loading={load.isPending} onClick={() => load.mutate()}>
          {texts.load}
        </Button>
        {problem.overwrite && (
          <Button size="xs" color="red" loading={overwrite.isPending} onClick={() => overwrite.mutate()}>
            {texts.overwrite}
          </Button>
        )}
      </div>
      <FormProblem error={overwrite.error} />
    </div>
  );
}
