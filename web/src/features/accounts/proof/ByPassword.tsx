import { Button, PasswordInput, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { t } from "../../../texts/texts";
import { Note } from "../../../ui/Note";
import { problemsOf } from "../second_factor/problems";
import { useProve } from "./api";
import styles from "./Proof.module.css";

type ByPasswordProps = { wantsCode: boolean; onProved: () => void; onClose: () => void };

/** Escape on these leaves this dialog only, not the one below it. */
const keepBelow = { "data-mantine-stop-propagation": "true" };

/** The password, and a code where the account has a second factor. */
export function ByPassword({ wantsCode, onProved, onClose }: ByPasswordProps) {
  const prove = useProve();
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const problems = problemsOf(prove.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const proof = wantsCode ? { password, code: code.trim() } : { password };
    prove.mutate(proof, { onSuccess: onProved });
  };
  return (
    <form className={styles.content} onSubmit={submit}>
      {problems.other && (
        <Note tone="bad" icon="alertTriangle">
          {problems.other}
        </Note>
      )}
      <PasswordInput
        label={t.proof.password}
        autoComplete="current-password"
        visibilityToggleButtonProps={{ "aria-label": t.accounts.show }}
        value={password}
        error={problems.password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        required
        withAsterisk={false}
        // The dialog has taken the focus by now, with nothing in it yet.
        autoFocus
        data-autofocus
        {...keepBelow}
      />
      {wantsCode && (
        <TextInput
          label={t.proof.code}
          autoComplete="one-time-code"
          maxLength={20}
          value={code}
          error={problems.code}
          onChange={(event) => setCode(event.currentTarget.value)}
          required
          withAsterisk={false}
          {...keepBelow}
        />
      )}
      <div className={styles.buttons}>
        <Button variant="default" onClick={onClose} {...keepBelow}>
          {t.words.cancel}
        </Button>
        <Button type="submit" loading={prove.isPending} {...keepBelow}>
          {t.proof.confirm}
        </Button>
      </div>
    </form>
  );
}
