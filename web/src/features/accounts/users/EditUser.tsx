import { Button, Modal, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { type FormEvent, useState } from "react";
import { problemOf } from "../../../api/problem";
import type { UserAccount } from "../../../api/types";
import { t } from "../../../texts/texts";
import { FormProblem } from "../../../ui/FormProblem";
import { Icon } from "../../../ui/Icon";
import { useReturnFocus } from "../../../ui/useReturnFocus";
import { nameOf, useUpdateUser } from "./api";
import styles from "./Users.module.css";

type EditUserProps = { user: UserAccount; onClose: () => void };

/** Corrects somebody's names; their address and password only they change themselves. */
export function EditUser({ user, onClose }: EditUserProps) {
  useReturnFocus();
  const update = useUpdateUser(user.id);
  const [version] = useState(user.version);
  const [names, setNames] = useState({ first_name: user.first_name, last_name: user.last_name });
  const fields = update.isError ? problemOf(update.error).fields : {};
  const field = (name: keyof typeof names) => ({
    value: names[name],
    error: fields[name],
    autoComplete: "off",
    onChange: (event: { currentTarget: { value: string } }) =>
      setNames({ ...names, [name]: event.currentTarget.value }),
  });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const saved = await update.mutateAsync({ version, ...names });
    onClose();
    notifications.show({ message: t.users.saved(nameOf(saved)), icon: <Icon name="check" size={16} /> });
  };
  return (
    <Modal opened onClose={onClose} title={t.users.editTitle(user.email)}>
      <form className={styles.form} onSubmit={(event) => submit(event).catch(() => undefined)}>
        <FormProblem error={update.error} fields={["first_name", "last_name"]} />
        <div className={styles.pair}>
          <TextInput label={t.accounts.firstName} data-autofocus {...field("first_name")} />
          <TextInput label={t.accounts.lastName} {...field("last_name")} />
        </div>
        <p className={styles.hint}>{t.users.editHint}</p>
        <div className={styles.buttons}>
          <Button variant="default" onClick={onClose}>
            {t.words.cancel}
          </Button>
          <Button type="submit" loading={update.isPending}>
            {t.settings.save}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
