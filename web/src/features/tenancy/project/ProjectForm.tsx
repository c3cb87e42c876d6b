import { Button, Select, Textarea, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useRouter } from "@tanstack/react-router";
import { type FormEvent, useMemo, useState } from "react";
import { problemOf } from "../../../api/problem";
import type { Project, WeekStart } from "../../../api/types";
import { t } from "../../../texts/texts";
import { Card } from "../../../ui/Card";
import { FormProblem } from "../../../ui/FormProblem";
import { Icon } from "../../../ui/Icon";
import { useUnsaved } from "../../../ui/unsaved";
import { useUpdateProject } from "../api";
import { currencies, weekStarts, zonesWith } from "../settings/choices";
import styles from "../settings/Form.module.css";

/** Changes a project's name, calendar and currency. */
export function ProjectForm({ project }: { project: Project }) {
  const router = useRouter();
  const update = useUpdateProject(project.id);
  const money = useMemo(currencies, []);
  const [version] = useState(project.version);
  const [form, setForm] = useState({
    name: project.name,
    description: project.description ?? "",
    time_zone: project.time_zone,
    week_start: project.week_start,
    currency: project.currency,
  });
  const isSame =
    form.name === project.name &&
    form.description === (project.description ?? "") &&
    form.time_zone === project.time_zone &&
    form.week_start === project.week_start &&
    form.currency === project.currency;
  useUnsaved(!isSame);
  const fields = update.isError ? problemOf(update.error).fields : {};
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    await update.mutateAsync({ version, ...form });
    await router.invalidate();
    notifications.show({ message: t.settings.saved, icon: <Icon name="check" size={16} /> });
  };
  return (
    <Card>
      <form className={styles.form} onSubmit={(event) => submit(event).catch(() => undefined)}>
        <TextInput
          label={t.settings.name}
          value={form.name}
          required
          withAsterisk={false}
          maxLength={100}
          error={fields.name}
          onChange={(event) => setForm({ ...form, name: event.currentTarget.value })}
        />
        <Textarea
          label={t.settings.description}
          placeholder={t.settings.descriptionHint}
          value={form.description}
          autosize
          minRows={2}
          maxRows={8}
          maxLength={2000}
          error={fields.description}
          onChange={(event) => setForm({ ...form, description: event.currentTarget.value })}
        />
        <p className={styles.hint}>{t.settings.calendarHint}</p>
        <div className={styles.pair}>
          <Select
            label={t.settings.timeZone}
            data={zonesWith(form.time_zone)}
            value={form.time_zone}
            error={fields.time_zone}
            onChange={(value) => value && setForm({ ...form, time_zone: value })}
            searchable
            allowDeselect={false}
            limit={80}
          />
          <Select
            label={t.settings.weekStart}
            data={weekStarts}
            value={form.week_start}
            onChange={(value) => value && setForm({ ...form, week_start: value as WeekStart })}
            allowDeselect={false}
          />
          <Select
            label={t.settings.currency}
            description={t.settings.currencyHint}
            inputWrapperOrder={["label", "input", "description", "error"]}
            data={money}
            value={form.currency}
            error={fields.currency}
            placeholder={t.settings.noCurrency}
            onChange={(currency) => setForm({ ...form, currency })}
            searchable
            clearable
            limit={80}
          />
        </div>
        <FormProblem error={update.error} fields={["name", "description", "time_zone", "currency"]} />
        <Button type="submit" className={styles.save} disabled={isSame} loading={update.isPending}>
          {t.settings.save}
        </Button>
      </form>
    </Card>
  );
}
