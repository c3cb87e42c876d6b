import { Button, Modal, Switch, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { problemOf } from "../../../api/problem";
import { t } from "../../../texts/texts";
import { FormProblem } from "../../../ui/FormProblem";
import { useReturnFocus } from "../../../ui/useReturnFocus";
import { MailHint } from "../MailHint";
import { useInviteUser } from "./api";
import styles from "./Users.module.css";

const empty = { email: "", first_name: "", last_name: "", is_admin: false };

/** Gives somebody an account; a mail lets them choose a password. */
export function InviteUser({ onClose }: { onClose: () => void }) {
  useReturnFocus();
  const [sentTo, setSentTo] = useState<string>();
  return (
    <Modal opened onClose={onClose} title={sentTo ? t.users.invited : t.users.inviteTitle}>
      {sentTo ? (
        <div className={styles.form} role="status">
          <p>{t.users.invitedHint(sentTo)}</p>
          <MailHint />
          <div className={styles.buttons}>
            <Button variant="default" onClick={() => setSentTo(undefined)}>
              {t.users.inviteAnother}
            </Button>
            <Button onClick={onClose} data-autofocus>
              {t.words.done}
            </Button>
          </div>
        </div>
      ) : (
        <InviteForm onSent={setSentTo} onClose={onClose} />
      )}
    </Modal>
  );
}

type InviteFormProps = { onSent: (email: string) => void; onClose: () => void };

function InviteForm({ onSent, onClose }: InviteFormProps) {
  const invite = useInviteUser();
  const [form, setForm] = useState(empty);
  const problem = invite.isError ? problemOf(invite.error) : undefined;
  const isTaken = problem?.code === "email_taken";
  const field = (name: "email" | "first_name" | "last_name") => ({
    value: form[name],
    error: problem?.fields[name],
    autoComplete: "off",
    onChange: (event: { currentTarget: { value: string } }) =>
      setForm({ ...form, [name]: event.currentTarget.value }),
  });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const email = form.email.trim();
    await invite.mutateAsync({ ...form, email });
    onSent(email);
  };
  return (
    <form className={styles.form} onSubmit={(event) => submit(event).catch(() => undefined)}>
      {!isTaken && <FormProblem error={invite.error} fields={["email", "first_name", "last_name"]} />}
      <TextInput
        label={t.accounts.email}
        description={t.users.emailHint}
        placeholder={t.settings.addressPlaceholder}
        type="email"
        required
        withAsterisk={false}
        data-autofocus
        {...field("email")}
        error={isTaken ? t.users.emailTaken : problem?.fields.email}
      />
      <div className={styles.pair}>
        <TextInput label={t.accounts.firstName} {...field("first_name")} />
        <TextInput label={t.accounts.lastName} {...field("last_name")} />
      </div>
      <Switch
        label={t.users.asAdmin}
        description={t.users.asAdminHint}
        checked={form.is_admin}
        onChange={(event) => setForm({ ...form, is_admin: event.currentTarget.checked })}
      />
      <MailHint />
      <div className={styles.buttons}>
        <Button variant="default" onClick={onClose}>
          {t.words.cancel}
        </Button>
        <Button type="submit" loading={invite.isPending} disabled={form.email.trim() === ""}>
          {t.users.inviteAction}
        </Button>
      </div>
    </form>
  );
}
