import { Button, PasswordInput, TextInput } from "@mantine/core";
import { Link, useLocation } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { problemOf } from "../../api/problem";
import { t } from "../../texts/texts";
import { useVerify } from "./api";
import { Entrance } from "./Entrance";
import { Problem } from "./Problem";
import styles from "./SignIn.module.css";

/** Where the link of a new account leads: whoever opens it chooses the password. */
export function Welcome() {
  const { hash } = useLocation();
  const token = new URLSearchParams(hash).get("token");
  const verify = useVerify();
  const [form, setForm] = useState({ first_name: "", last_name: "", password: "" });
  const problem = verify.isError ? problemOf(verify.error) : undefined;
  if (!token || problem?.code === "link_invalid") {
    return (
      <Entrance title={t.accounts.linkBroken} lead={t.accounts.linkBrokenHint}>
        <Button component={Link} to="/register" size="md" fullWidth>
          {t.accounts.anotherLink}
        </Button>
      </Entrance>
    );
  }
  if (verify.isSuccess) {
    return (
      <Entrance title={t.accounts.welcomeDone} lead={t.accounts.resetDoneHint}>
        <Button component={Link} to="/sign-in" size="md" fullWidth>
          {t.accounts.toSignIn}
        </Button>
      </Entrance>
    );
  }
  const submit = (event: FormEvent) => {
    event.preventDefault();
    verify.mutate({ token, ...form });
  };
  const field = (name: keyof typeof form) => ({
    name,
    size: "md",
    withAsterisk: false,
    value: form[name],
    error: problem?.fields[name],
    onChange: (event: { currentTarget: { value: string } }) =>
      setForm({ ...form, [name]: event.currentTarget.value }),
  });
  return (
    <Entrance title={t.accounts.welcomeTitle} lead={t.accounts.welcomeLead}>
      <form className={styles.form} onSubmit={submit}>
        {verify.isError && <Problem error={verify.error} />}
        <div className={styles.pair}>
          <TextInput
            label={t.accounts.firstName}
            autoComplete="given-name"
            autoFocus
            {...field("first_name")}
          />
          <TextInput label={t.accounts.lastName} autoComplete="family-name" {...field("last_name")} />
        </div>
        <PasswordInput
          label={t.accounts.password}
          description={t.accounts.passwordHint}
          autoComplete="new-password"
          minLength={10}
          required
          visibilityToggleButtonProps={{ "aria-label": t.accounts.show }}
          {...field("password")}
        />
        <Button type="submit" size="md" loading={verify.isPending} fullWidth>
          {t.accounts.welcomeAction}
        </Button>
      </form>
    </Entrance>
  );
}
