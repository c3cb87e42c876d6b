import { Anchor, Button, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { problemOf } from "../../api/problem";
import { t } from "../../texts/texts";
import { SkeletonRows } from "../../ui/SkeletonRows";
import { instanceQuery, useRegister, useResend } from "./api";
import { Entrance } from "./Entrance";
import { MailHint } from "./MailHint";
import { Problem } from "./Problem";
import styles from "./SignIn.module.css";

/** Makes an account of one's own, where that is open. */
export function Register() {
  const instance = useQuery(instanceQuery);
  const [sentTo, setSentTo] = useState<string>();
  if (sentTo) return <CheckYourMail email={sentTo} />;
  if (instance.isPending) {
    return (
      <Entrance title={t.accounts.registerTitle}>
        <SkeletonRows count={4} height={42} />
      </Entrance>
    );
  }
  if (instance.isError) {
    return (
      <Entrance title={t.accounts.registerTitle}>
        <Problem error={instance.error} />
      </Entrance>
    );
  }
  const domains = instance.data.registration_domains;
  if (domains.length === 0) {
    return (
      <Entrance title={t.accounts.closed} lead={t.accounts.closedHint}>
        <Button component={Link} to="/sign-in" size="md">
          {t.accounts.toSignIn}
        </Button>
      </Entrance>
    );
  }
  return (
    <Entrance title={t.accounts.registerTitle} lead={t.accounts.registerLead(domains)}>
      <RegisterForm onSent={setSentTo} />
      <Anchor component={Link} to="/sign-in" className={styles.links}>
        {t.accounts.haveAccount}
      </Anchor>
    </Entrance>
  );
}

function RegisterForm({ onSent }: { onSent: (email: string) => void }) {
  const register = useRegister();
  const [email, setEmail] = useState("");
  const fields = register.isError ? problemOf(register.error).fields : {};
  const submit = (event: FormEvent) => {
    event.preventDefault();
    register.mutate(email.trim(), { onSuccess: () => onSent(email.trim()) });
  };
  return (
    <form className={styles.form} onSubmit={submit}>
      {register.isError && <Problem error={register.error} />}
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
        error={fields.email}
        onChange={(event) => setEmail(event.currentTarget.value)}
      />
      <Button type="submit" size="md" loading={register.isPending} fullWidth>
        {t.accounts.register}
      </Button>
    </form>
  );
}

function CheckYourMail({ email }: { email: string }) {
  const resend = useResend();
  return (
    <Entrance title={t.accounts.checkMail} lead={t.accounts.checkMailLead(email)}>
      <MailHint />
      {resend.isError && <Problem error={resend.error} />}
      <Button component={Link} to="/sign-in" size="md" fullWidth>
        {t.accounts.toSignIn}
      </Button>
      <Button
        variant="subtle"
        onClick={() => resend.mutate(email)}
        loading={resend.isPending}
        disabled={resend.isSuccess}
      >
        {resend.isSuccess ? t.accounts.sentAgain : t.accounts.sendAgain}
      </Button>
    </Entrance>
  );
}
