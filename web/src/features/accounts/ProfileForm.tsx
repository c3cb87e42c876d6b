import { Button, Select, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useRouter } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { problemOf } from "../../api/problem";
import type { Profile } from "../../api/types";
import { t } from "../../texts/texts";
import { Icon } from "../../ui/Icon";
import { useUnsaved } from "../../ui/unsaved";
import { useUpdateProfile } from "./api";
import { Problem } from "./Problem";
import styles from "./You.module.css";

type ProfileFormProps = { profile: Profile };

const zones = ["UTC", ...Intl.supportedValuesOf("timeZone").filter((zone) => zone !== "UTC")];

/** One's names and zone. */
export function ProfileForm({ profile }: ProfileFormProps) {
  const router = useRouter();
  const update = useUpdateProfile();
  const saved = {
    first_name: profile.first_name,
    last_name: profile.last_name,
    username: profile.username ?? "",
    timezone: profile.timezone,
  };
  const [version] = useState(profile.version);
  const [form, setForm] = useState(saved);
  const fields = update.isError ? problemOf(update.error).fields : {};
  const isSame = JSON.stringify(form) === JSON.stringify(saved);
  useUnsaved(!isSame);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    await update.mutateAsync({ version, ...form, username: form.username.trim() || null });
    await router.invalidate();
    notifications.show({ message: t.settings.saved, icon: <Icon name="check" size={16} /> });
  };
  const text = (name: "first_name" | "last_name" | "username") => ({
    value: form[name],
    error: fields[name],
    onChange: (event: { currentTarget: { value: string } }) =>
      setForm({ ...form, [name]: event.currentTarget.value }),
  });
  return (
    <form className={styles.form} onSubmit={(event) => submit(event).catch(() => undefined)}>
      {update.isError && <Problem error={update.error} />}
      <div className={styles.pair}>
        <TextInput label={t.accounts.firstName} autoComplete="given-name" {...text("first_name")} />
        <TextInput label={t.accounts.lastName} autoComplete="family-name" {...text("last_name")} />
      </div>
      <div className={styles.pair}>
        <TextInput
          label={t.accounts.username}
          description={t.accounts.usernameHint}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          {...text("username")}
        />
        <Select
          label={t.accounts.zone}
          description={t.accounts.zoneHint}
          placeholder={t.accounts.zoneOfProject}
          data={zones}
          value={form.timezone}
          error={fields.timezone}
          onChange={(timezone) => setForm({ ...form, timezone })}
          searchable
          clearable
          limit={80}
        />
      </div>
      <Button type="submit" className={styles.save} disabled={isSame} loading={update.isPending}>
        {t.settings.save}
      </Button>
    </form>
  );
}
