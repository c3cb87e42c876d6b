import { Button, Checkbox, PasswordInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useLocation } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { problemOf } from "../../api/problem";
import { t } from "../../texts/texts";
import { ProblemNote } from "../../ui/ProblemNote";
import { SkeletonRows } from "../../ui/SkeletonRows";
import { resetQuery, useReset } from "./api";
import { Entrance } from "./Entrance";
import { Problem } from "./Problem";
import styles from "./SignIn.module.css";

/** Where the link to a new password leads. */
export function Reset() {
  const { hash } = useLocation();
  const token = new URLSearchParams(hash).get("token");
  const opened = useQuery({ ...resetQuery(token ?? ""), enabled: Boolean(token) });
  const reset = useReset();
  const [password, setPassword] = useState("");
  const [disconnect, setDisconnect] = useState(false);
  const failed = reset.error ?? opened.error;
  const problem = failed ? problemOf(failed) : undefined;
  if (!token || problem?.code === "link_invalid") {
    return (
      <Entrance title={t.accounts.linkBroken} lead={t.accounts.linkBrokenHint}>
        <Button component={Link} to="/forgot" size="md" fullWidth>
          {t.accounts.anotherLink}
        </Button>
      </Entrance>
    );
  }
  if (reset.isSuccess) {
    return (
      <Entrance title={t.accounts.resetDone} lead={t.accounts.resetDoneHint}>
        <Button component={Link} to="/sign-in" size="md" fullWidth>
          {t.accounts.toSignIn}
        </Button>
      </Entrance>
    );
  }
  if (opened.isPending) {
    return (
      <Entrance title={t.accounts.resetTitle}>
        <SkeletonRows count={2} height={42} />
      </Entrance>
    );
  }
  if (opened.isError) {
    return (
      <Entrance title={t.accounts.resetTitle}>
        <ProblemNote error={opened.error} onRetry={() => opened.refetch()} />
      </Entrance>
    );
  }
  const { email, provider } = opened.data;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    reset.mutate({ token, password, disconnect });
  };
  return (
    <Entrance title={t.accounts.resetTitle} lead={t.accounts.resetLeadFor(email)}>
      <form className={styles.form} onSubmit={submit}>
        {reset.isError && <Problem error={reset.error} />}
        <PasswordInput
          label={t.accounts.newPassword}
          description={t.accounts.passwordHint}
          name="password"
          autoComplete="new-password"
          minLength={10}
          required
          withAsterisk={false}
          autoFocus
          size="md"
          visibilityToggleButtonProps={{ "aria-label": t.accounts.show }}
          value={password}
          error={problem?.fields.password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        {provider && (
          <Checkbox
            label={t.accounts.disconnectToo(provider.name)}
            description={t.accounts.disconnectTooHint(provider.name)}
            checked={disconnect}
            onChange={(event) => setDisconnect(event.currentTarget.checked)}
          />
        )}
        <Button type="submit" size="md" loading={reset.isPending} fullWidth>
          {t.accounts.setPassword}
        </Button>
      </form>
    </Entrance>
  );
}
