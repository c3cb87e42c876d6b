import { Button, Modal, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { t } from "../../../texts/texts";
import { FormProblem } from "../../../ui/FormProblem";
import { Note } from "../../../ui/Note";
import { useClose } from "../../../ui/unsaved";
import { useReturnFocus } from "../../../ui/useReturnFocus";
import { useReplayAll } from "./api";
import { eventsText } from "./names";
import { patchOf } from "./patch";
import styles from "./Refused.module.css";
import type { RefusedFilter } from "./search";

/** What is to be mended: all that a filter lets through; the field is what is wrong with them. */
export type Mending = { filter: RefusedFilter; field: string; count: number };

type MendDialogProps = { project: string; mending: Mending; onClose: () => void };

/** Sets a field of many refused events, and stores those that are fine then. */
export function MendDialog({ project, mending, onClose }: MendDialogProps) {
  useReturnFocus();
  const replay = useReplayAll(project);
  const [field, setField] = useState(mending.field);
  const [value, setValue] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    replay.mutate({ filter: mending.filter, patch: patchOf(field, value) });
  };
  const done = replay.data;
  const isDirty = field !== mending.field || value !== "";
  const close = useClose(isDirty && !done, onClose);
  const rest = done && [
    done.rejected > 0 && t.refused.stay(eventsText(done.rejected)),
    done.duplicates > 0 && t.refused.before(eventsText(done.duplicates)),
  ];
  return (
    <Modal opened onClose={close} title={t.refused.mendTitle(eventsText(mending.count))}>
      <form className={styles.form} onSubmit={submit}>
        {done ? (
          <div role="status" className={styles.form}>
            <p>{t.refused.mended(eventsText(done.stored), rest?.filter(Boolean).join(", ") ?? "")}</p>
            {done.results[0]?.reason && (
              <Note tone="warn" icon="alertTriangle" title={t.refused.firstWrong}>
                {done.results[0].reason}
              </Note>
            )}
          </div>
        ) : (
          <>
            <p className={styles.text}>{t.refused.mendHint}</p>
            <TextInput
              label={t.refused.mendField}
              description={t.refused.mendFieldHint}
              value={field}
              onChange={(event) => setField(event.currentTarget.value)}
              spellCheck={false}
              autoComplete="off"
            />
            <TextInput
              label={t.refused.mendValue}
              description={t.refused.mendValueHint}
              value={value}
              onChange={(event) => setValue(event.currentTarget.value)}
              disabled={field.trim() === ""}
              spellCheck={false}
              autoComplete="off"
              data-autofocus
            />
          </>
        )}
        <FormProblem error={replay.error} />
        <div className={styles.end}>
          <Button variant="default" onClick={close}>
            {done ? t.refused.close : t.words.cancel}
          </Button>
          {!done && (
            <Button type="submit" loading={replay.isPending}>
              {t.refused.mendStore}
            </Button>
          )}
        </div>
      </form>
    </Modal>
  );
}
