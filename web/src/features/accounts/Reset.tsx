import { Button, PasswordInput } from "@mantine/core";
import { Link, useLocation } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { problemOf } from "../../api/problem";
import { t } from "../../texts/texts";
import { useReset } from "./api";
import { Entrance } from "./Entrance";
import { Problem } from "./Problem";
import styles from "./SignIn.module.css";

/** Where the link to a new password leads. */
export function Reset() {
  const { hash } = useLocation();
  const token = new URLSearchParams(hash).get("token");
  const reset = useReset();
  const [password, setPassword] = useState("");
  const problem = reset.isError ? problemOf(reset.error) : undefined;
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
  const submit = (event: FormEvent) => {
    event.preventDefault();
    reset.mutate({ token, password });
  };
  return (
    <Entrance title={t.accounts.resetTitle} lead={t.accounts.resetLead}>
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
        <Button type="submit" size="md" loading={reset.isPending} fullWidth>
          {t.accounts.setPassword}
        </Button>
      </form>
    </Entrance>
  );
}
