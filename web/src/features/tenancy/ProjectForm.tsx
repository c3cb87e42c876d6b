import { Button, Select, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useRouter } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { problemOf } from "../../api/problem";
import type { Project, WeekStart } from "../../api/types";
import { t } from "../../texts/texts";
import { explain } from "../../ui/explain";
import { Icon } from "../../ui/Icon";
import { useUpdateProject } from "./api";
import styles from "./ProjectForm.module.css";

type ProjectFormProps = { project: Project };

const zones = ["UTC", ...Intl.supportedValuesOf("timeZone").filter((zone) => zone !== "UTC")];

/** Changes a project. */
export function ProjectForm({ project }: ProjectFormProps) {
  const router = useRouter();
  const update = useUpdateProject(project.id);
  const [form, setForm] = useState({
    name: project.name,
    time_zone: project.time_zone,
    week_start: project.week_start,
  });
  const isSame =
    form.name === project.name &&
    form.time_zone === project.time_zone &&
    form.week_start === project.week_start;
  const problem = update.isError ? problemOf(update.error) : undefined;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    await update.mutateAsync(form);
    await router.invalidate();
    notifications.show({ message: t.settings.saved, icon: <Icon name="check" size={16} /> });
  };
  return (
    <form className={styles.form} onSubmit={(event) => submit(event).catch(() => undefined)}>
      <TextInput
        label={t.settings.name}
        value={form.name}
        required
        withAsterisk={false}
        error={problem?.fields.name}
        onChange={(event) => setForm({ ...form, name: event.currentTarget.value })}
      />
      <div className={styles.pair}>
        <Select
          label={t.settings.timeZone}
          data={zones.includes(form.time_zone) ? zones : [form.time_zone, ...zones]}
          value={form.time_zone}
          error={problem?.fields.time_zone}
          onChange={(value) => value && setForm({ ...form, time_zone: value })}
          searchable
          allowDeselect={false}
          limit={80}
        />
        <Select
          label={t.settings.weekStart}
          data={Object.entries(t.settings.weekStarts).map(([value, label]) => ({ value, label }))}
          value={form.week_start}
          onChange={(value) => value && setForm({ ...form, week_start: value as WeekStart })}
          allowDeselect={false}
        />
      </div>
      {problem && Object.keys(problem.fields).length === 0 && (
        <p role="alert" className={styles.problem}>
          {explain(problem).title}. {explain(problem).hint}
        </p>
      )}
      <Button type="submit" className={styles.save} disabled={isSame} loading={update.isPending}>
        {t.settings.save}
      </Button>
    </form>
  );
}
