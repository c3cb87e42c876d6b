import { Button, Modal, TextInput } from "@mantine/core";
import { type FormEvent, type ReactNode, useState } from "react";
import { t } from "../texts/texts";
import styles from "./Confirm.module.css";
import { FormProblem } from "./FormProblem";
import { useReturnFocus } from "./useReturnFocus";

type ConfirmProps = {
  title: string;
  /** What is lost. */
  children: ReactNode;
  action: string;
  /** What the other button says, where "Cancel" could be taken for either. */
  cancel?: string;
  /** For what can be undone, but says more than a button could. */
  isMild?: boolean;
  /** What has to be typed first, where a slip would cost much. */
  typed?: { label: string; text: string };
  isPending: boolean;
  error: unknown;
  onConfirm: () => Promise<unknown>;
  onClose: () => void;
};

/** Asks before something that can't be undone, or that reaches far. */
export function Confirm({ title, children, action, cancel, isMild, typed, ...rest }: ConfirmProps) {
  const { isPending, error, onConfirm, onClose } = rest;
  useReturnFocus();
  const [text, setText] = useState("");
  const isTyped = !typed || text.trim() === typed.text;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isTyped) onConfirm().catch(() => undefined);
  };
  return (
    <Modal opened onClose={onClose} title={title}>
      <form className={styles.form} onSubmit={submit}>
        <div className={styles.text}>{children}</div>
        {typed && (
          <TextInput
            label={typed.label}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            autoComplete="off"
            spellCheck={false}
            data-autofocus
          />
        )}
        <FormProblem error={error} />
        <div className={styles.buttons}>
          <Button variant="default" onClick={onClose} data-autofocus={typed ? undefined : true}>
            {cancel ?? t.words.cancel}
          </Button>
          <Button type="submit" color={isMild ? undefined : "red"} loading={isPending} disabled={!isTyped}>
            {action}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
