import { Button, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { problemOf } from "../../api/problem";
import { t } from "../../texts/texts";
import { explain } from "../../ui/explain";
import { useSignIn } from "./api";
import { Entrance } from "./Entrance";
import styles from "./SignIn.module.css";

type CodeStepProps = { email: string; password: string; onSignedIn: () => void; onBack: () => void };

/** The second step of signing in, for accounts with a second factor. */
export function CodeStep({ email, password, onSignedIn, onBack }: CodeStepProps) {
  const signIn = useSignIn();
  const [code, setCode] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn.mutate({ email, password, code: code.trim() }, { onSuccess: onSignedIn });
  };
  return (
    <Entrance title={t.secondFactor.stepTitle} lead={t.secondFactor.stepLead}>
      <form className={styles.form} onSubmit={submit}>
        <TextInput
          label={t.secondFactor.stepCode}
          name="code"
          autoComplete="one-time-code"
          inputMode="text"
          maxLength={20}
          autoFocus
          required
          withAsterisk={false}
          size="md"
          value={code}
          error={signIn.isError ? said(signIn.error) : undefined}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
        <Button type="submit" size="md" loading={signIn.isPending} fullWidth>
          {t.accounts.signIn}
        </Button>
        <Button variant="subtle" onClick={onBack} fullWidth>
          {t.secondFactor.stepBack}
        </Button>
      </form>
    </Entrance>
  );
}

function said(error: unknown): string {
  const problem = problemOf(error);
  if (problem.code === "second_factor_wrong") return t.secondFactor.wrongCode;
  if (problem.code === "credentials_wrong") return t.accounts.wrong;
  const { title, hint } = explain(problem);
  return `${title}. ${hint}`;
}
