import { Anchor, Button, PasswordInput, TextInput } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { problemOf } from "../../../api/problem";
import type { OpenInvitation } from "../../../api/types";
import { t } from "../../../texts/texts";
import { FormProblem } from "../../../ui/FormProblem";
import { Note } from "../../../ui/Note";
import styles from "../../accounts/SignIn.module.css";
import { useAccept } from "./api";
import { rememberToken } from "./token";

type NewAccountProps = { token: string; invitation: OpenInvitation; onAccepted: () => Promise<void> };

/** Makes an account of the invited address; who has one is sent to sign in, and comes back. */
export function NewAccount({ token, invitation, onAccepted }: NewAccountProps) {
  const accept = useAccept(token);
  const [form, setForm] = useState({ first_name: "", last_name: "", password: "" });
  const problem = accept.isError ? problemOf(accept.error) : undefined;
  const hasAccount = problem?.code === "sign_in_first";
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    await accept.mutateAsync(form);
    await onAccepted();
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
  const signIn = (
    <Anchor
      renderRoot={(props) => (
        <Link
          {...props}
          to="/sign-in"
          search={{ next: "/invitation" }}
          onClick={() => rememberToken(token)}
        />
      )}
    >
      {t.invitation.signInFirst}
    </Anchor>
  );
  return (
    <>
      <form className={styles.form} onSubmit={(event) => submit(event).catch(() => undefined)}>
        <p>{t.invitation.newHere}</p>
        {hasAccount && (
          <Note tone="bad" icon="alertTriangle" title={t.invitation.existsTitle}>
            {t.invitation.existsHint} {signIn}.
          </Note>
        )}
        {!hasAccount && <FormProblem error={accept.error} fields={Object.keys(form)} />}
        {/* For password managers: which address the password belongs to. */}
        <input type="hidden" name="email" autoComplete="username" value={invitation.email} />
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
        <Button type="submit" size="md" loading={accept.isPending} fullWidth>
          {t.invitation.createAndJoin}
        </Button>
      </form>
      <p className={styles.note}>
        {t.invitation.haveAccount} {signIn}
      </p>
    </>
  );
}
