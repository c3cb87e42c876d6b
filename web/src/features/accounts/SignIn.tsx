import { Anchor, Button, PasswordInput, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useRouter, useSearch } from "@tanstack/react-router";
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
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn.mutate({ email: email.trim(), password }, { onSuccess: goOn });
  };

  if (instance.data && !instance.data.claimed) {
    return (
      <Entrance title={t.accounts.notClaimed} lead={t.accounts.notClaimedHint}>
        {null}
      </Entrance>
    );
  }
  const code = signIn.isError ? problemOf(signIn.error).code : undefined;
  if (code === "second_factor_required") {
    return <CodeStep email={email.trim()} password={password} onSignedIn={goOn} onBack={signIn.reset} />;
  }
  const isOpen = (instance.data?.registration_domains.length ?? 0) > 0;
  return (
    <Entrance title={t.accounts.signInTitle}>
      <form className={styles.form} onSubmit={submit}>
        {!signIn.isError && <IdentityProblem title={t.identity.failed} code={problem} />}
        {signIn.isError && <SignInProblem error={signIn.error} />}
        <TextInput
          label={t.accounts.emailOrUsername}
          name="email"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
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
      </form>
      <SignInWays next={next} />
      <nav className={styles.links}>
        <Anchor component={Link} to="/forgot">
          {t.accounts.forgotten}
        </Anchor>
        {isOpen && (
          <Anchor component={Link} to="/register">
            {t.accounts.toRegister}
          </Anchor>
        )}
      </nav>
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
