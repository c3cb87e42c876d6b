import { Button, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { problemOf } from "../../api/problem";
import type { Profile } from "../../api/types";
import { t } from "../../texts/texts";
import { useChangeEmail, useWithdrawEmail } from "./api";
import { MailHint } from "./MailHint";
import { Problem } from "./Problem";
import styles from "./You.module.css";

type EmailFormProps = { profile: Profile };

/** The address to sign in with, and the one that waits to replace it. */
export function EmailForm({ profile }: EmailFormProps) {
  const withdraw = useWithdrawEmail();
  const [isOpen, setOpen] = useState(false);
  if (profile.pending_email) {
    return (
      <div className={styles.form}>
        <div className={styles.row}>
          <p>
            <strong>{profile.email}</strong>
            <br />
            {t.accounts.pending(profile.pending_email)}
          </p>
          <Button variant="default" loading={withdraw.isPending} onClick={() => withdraw.mutate()}>
            {t.accounts.keepAddress}
          </Button>
        </div>
        <MailHint />
        {withdraw.isError && <Problem error={withdraw.error} />}
      </div>
    );
  }
  return (
    <div className={styles.form}>
      <div className={styles.row}>
        <strong>{profile.email}</strong>
        {!isOpen && (
          <Button variant="default" onClick={() => setOpen(true)}>
            {t.accounts.changeAddress}
          </Button>
        )}
      </div>
      {isOpen && <NewAddress onDone={() => setOpen(false)} />}
    </div>
  );
}

function NewAddress({ onDone }: { onDone: () => void }) {
  const change = useChangeEmail();
  const [email, setEmail] = useState("");
  const fields = change.isError ? problemOf(change.error).fields : {};
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate(email.trim(), { onSuccess: onDone });
  };
  return (
    <form className={styles.form} onSubmit={submit}>
      {change.isError && <Problem error={change.error} />}
      <TextInput
        label={t.accounts.newAddress}
        type="email"
        autoComplete="email"
        required
        withAsterisk={false}
        autoFocus
        value={email}
        error={fields.email}
        onChange={(event) => setEmail(event.currentTarget.value)}
      />
      <div className={styles.buttons}>
        <Button type="submit" loading={change.isPending}>
          {t.accounts.sendConfirmation}
        </Button>
        <Button variant="subtle" onClick={onDone}>
          {t.words.cancel}
        </Button>
      </div>
    </form>
  );
}
