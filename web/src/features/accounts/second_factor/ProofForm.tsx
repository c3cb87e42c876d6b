import { Button, PasswordInput, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { t } from "../../../texts/texts";
import { problemsOf } from "./problems";
import styles from "./SecondFactor.module.css";

type ProofFormProps = {
  hint: string;
  action: string;
  danger?: boolean;
  isPending: boolean;
  error: unknown;
  onSubmit: (proof: { password: string; code: string }) => void;
};

/** Asks for password and code once more, before something that weakens or renews the second factor. */
export function ProofForm({ hint, action, danger, isPending, error, onSubmit }: ProofFormProps) {
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const problems = problemsOf(error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit({ password, code });
  };
  return (
    <form className={styles.content} onSubmit={submit}>
      <p>{hint}</p>
      <PasswordInput
        label={t.secondFactor.password}
        autoComplete="current-password"
        visibilityToggleButtonProps={{ "aria-label": t.accounts.show }}
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        error={problems.password}
        required
        withAsterisk={false}
        data-autofocus
      />
      <TextInput
        label={t.secondFactor.codeOrRecovery}
        autoComplete="one-time-code"
        value={code}
        onChange={(event) => setCode(event.currentTarget.value)}
        error={problems.code ?? problems.other}
        required
        withAsterisk={false}
      />
      <Button type="submit" color={danger ? "red" : undefined} loading={isPending}>
        {action}
      </Button>
    </form>
  );
}
