import { Button, PasswordInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { type FormEvent, useState } from "react";
import { problemOf } from "../../api/problem";
import { t } from "../../texts/texts";
import { Card } from "../../ui/Card";
import { Icon } from "../../ui/Icon";
import { useChangePassword } from "./api";
import { Problem } from "./Problem";
import styles from "./You.module.css";

type PasswordCardProps = { email: string };

/** Changes one's password; the one so far is asked for when it is sent. */
export function PasswordCard({ email }: PasswordCardProps) {
  const change = useChangePassword();
  const [password, setPassword] = useState("");
  const fields = change.isError ? problemOf(change.error).fields : {};
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const onSuccess = () => {
      setPassword("");
      notifications.show({ message: t.accounts.passwordChanged, icon: <Icon name="check" size={16} /> });
    };
    change.mutate(password, { onSuccess });
  };
  return (
    <Card title={t.accounts.password} hint={t.accounts.passwordCardHint}>
      <form className={styles.form} onSubmit={submit}>
        {change.isError && <Problem error={change.error} />}
        {/* For password managers: which account the password belongs to. */}
        <input type="hidden" name="email" autoComplete="username" value={email} />
        <PasswordInput
          label={t.accounts.newPassword}
          description={t.accounts.passwordHint}
          autoComplete="new-password"
          minLength={10}
          required
          withAsterisk={false}
          visibilityToggleButtonProps={{ "aria-label": t.accounts.show }}
          value={password}
          error={fields.new_password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Button type="submit" className={styles.save} loading={change.isPending}>
          {t.accounts.changePassword}
        </Button>
      </form>
    </Card>
  );
}
