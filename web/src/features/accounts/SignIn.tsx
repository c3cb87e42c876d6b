import { Button, Code, PasswordInput, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useRouter, useSearch } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { problemOf } from "../../api/problem";
import { t } from "../../texts/texts";
import { explain } from "../../ui/explain";
import { Note } from "../../ui/Note";
import { instanceQuery, useSignIn } from "./api";
import { CodeStep } from "./CodeStep";
import { Entrance } from "./Entrance";
import { IdentityProblem } from "./identity/IdentityProblem";
import { SignInWays } from "./identity/SignInWays";
import styles from "./SignIn.module.css";

/** Signs in and goes on to where the person wanted to go. */
export function SignIn() {
  const { next, problem } = useSearch({ from: "/sign-in" });
  const router = useRouter();
  const instance = useQuery(instanceQuery);
  const signIn = useSignIn();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");

  const goOn = () => router.history.push(next ?? "/");
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    await signIn.mutateAsync({ email: email.trim(), password });
    goOn();
  };

  if (instance.data && !instance.data.claimed) {
    return (
      <Entrance title={t.accounts.notClaimed} lead={t.accounts.notClaimedHint}>
        {null}
      </Entrance>
    );
  }
  if (signIn.isError && problemOf(signIn.error).code === "second_factor_required") {
    return <CodeStep email={email.trim()} password={password} onSignedIn={goOn} onBack={signIn.reset} />;
  }
  return (
    <Entrance title={t.accounts.signInTitle}>
      <form className={styles.form} onSubmit={(event) => submit(event).catch(() => undefined)}>
        {!signIn.isError && <IdentityProblem title={t.identity.failed} code={problem} />}
        {signIn.isError && <SignInProblem error={signIn.error} />}
        <TextInput
          label={t.accounts.email}
          type="email"
          name="email"
          autoComplete="username"
          required
          withAsterisk={false}
          autoFocus
          size="md"
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <PasswordInput
          label={t.accounts.password}
          name="password"
          autoComplete="current-password"
          required
          withAsterisk={false}
          size="md"
          visibilityToggleButtonProps={{ "aria-label": t.accounts.show }}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Button type="submit" size="md" loading={signIn.isPending} fullWidth>
          {t.accounts.signIn}
        </Button>
        <p className={styles.note}>
          {t.accounts.forgotten} <Code>radixinsight user password</Code>
        </p>
      </form>
      <SignInWays next={next} />
    </Entrance>
  );
}

function SignInProblem({ error }: { error: unknown }) {
  const problem = problemOf(error);
  const isWrong = problem.status === 401;
  const { title, hint } = explain(problem);
  return (
    <Note tone="bad" icon="alertTriangle" title={isWrong ? undefined : title}>
      {isWrong ? t.accounts.wrong : hint}
    </Note>
  );
}
