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

const empty = { current_password: "", new_password: "" };

/** Changes one's password. */
export function PasswordCard() {
  const change = useChangePassword();
  const [form, setForm] = useState(empty);
  const fields = change.isError ? problemOf(change.error).fields : {};
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const onSuccess = () => {
      setForm(empty);
      notifications.show({ message: t.accounts.passwordChanged, icon: <Icon name="check" size={16} /> });
    };
    change.mutate(form, { onSuccess });
  };
  const field = (name: keyof typeof empty) => ({
    required: true,
    withAsterisk: false,
    visibilityToggleButtonProps: { "aria-label": t.accounts.show },
    value: form[name],
    onChange: (event: { currentTarget: { value: string } }) =>
      setForm({ ...form, [name]: event.currentTarget.value }),
  });
  return (
    <Card title={t.accounts.password} hint={t.accounts.passwordCardHint}>
      <form className={styles.form} onSubmit={submit}>
        {change.isError && <Problem error={change.error} />}
        <div className={styles.pair}>
          <PasswordInput
            label={t.accounts.currentPassword}
            autoComplete="current-password"
            error={fields.current_password && t.accounts.passwordWrong}
            {...field("current_password")}
          />
          <PasswordInput
            label={t.accounts.newPassword}
            autoComplete="new-password"
            minLength={10}
            error={fields.new_password}
            {...field("new_password")}
          />
        </div>
        <Button type="submit" className={styles.save} loading={change.isPending}>
          {t.accounts.changePassword}
        </Button>
      </form>
    </Card>
  );
}
