import { Anchor, Button, TextInput } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { t } from "../../texts/texts";
import { useForgot } from "./api";
import { Entrance } from "./Entrance";
import { MailHint } from "./MailHint";
import { Problem } from "./Problem";
import styles from "./SignIn.module.css";

/** Asks for a link to a new password. */
export function Forgot() {
  const forgot = useForgot();
  const [email, setEmail] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    forgot.mutate(email.trim());
  };
  const back = (
    <Anchor component={Link} to="/sign-in" className={styles.links}>
      {t.accounts.backToSignIn}
    </Anchor>
  );
  if (forgot.isSuccess) {
    return (
      <Entrance title={t.accounts.checkMail} lead={t.accounts.forgotSent(email.trim())}>
        <MailHint />
        {back}
      </Entrance>
    );
  }
  return (
    <Entrance title={t.accounts.forgotTitle} lead={t.accounts.forgotLead}>
      <form className={styles.form} onSubmit={submit}>
        {forgot.isError && <Problem error={forgot.error} />}
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
        <Button type="submit" size="md" loading={forgot.isPending} fullWidth>
          {t.accounts.sendLink}
        </Button>
      </form>
      {back}
    </Entrance>
  );
}
