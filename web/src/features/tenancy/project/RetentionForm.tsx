import { Button, NumberInput, Select } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { type FormEvent, useState } from "react";
import { problemOf } from "../../../api/problem";
import type { Project } from "../../../api/types";
import { t } from "../../../texts/texts";
import { Card } from "../../../ui/Card";
import { Confirm } from "../../../ui/Confirm";
import { FormProblem } from "../../../ui/FormProblem";
import { Icon } from "../../../ui/Icon";
import { useUnsaved } from "../../../ui/unsaved";
import { useUpdateProject } from "../api";
import styles from "../settings/Form.module.css";
import { firstKept, retentionSentence, retentionSpan } from "./retention";

const presets = [30, 90, 180, 365, 730, 1_825];
const choices = [
  { value: "forever", label: t.settings.retentionForever },
  ...presets.map((days) => ({ value: String(days), label: retentionSpan(days) })),
  { value: "other", label: t.settings.retentionOther },
];

/** Sets how long events are kept; a shorter time erases what is older, so it is asked about first. */
export function RetentionForm({ project }: { project: Project }) {
  const update = useUpdateProject(project.id);
  const [version] = useState(project.version);
  const [days, setDays] = useState(project.retention_days);
  const [isOther, setOther] = useState(days !== null && !presets.includes(days));
  const [isAsking, setAsking] = useState(false);
  const isShorter = days !== null && (project.retention_days === null || days < project.retention_days);
  useUnsaved(days !== project.retention_days);
  const fields = update.isError ? problemOf(update.error).fields : {};
  const save = async () => {
    await update.mutateAsync({ version, retention_days: days });
    setAsking(false);
    notifications.show({ message: t.settings.saved, icon: <Icon name="check" size={16} /> });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isShorter) setAsking(true);
    else save().catch(() => undefined);
  };
  const choose = (value: string | null) => {
    setOther(value === "other");
    if (value === "forever") setDays(null);
    else if (value === "other") setDays(days ?? 365);
    else setDays(Number(value));
  };
  return (
    <Card title={t.settings.retention} hint={retentionSentence(days)}>
      <form className={styles.form} onSubmit={submit}>
        <div className={styles.pair}>
          <Select
            label={t.settings.retentionLabel}
            data={choices}
            value={isOther ? "other" : days === null ? "forever" : String(days)}
            onChange={choose}
            allowDeselect={false}
          />
          {isOther && (
            <NumberInput
              label={t.settings.retentionNumber}
              value={days ?? ""}
              min={1}
              max={3650}
              allowDecimal={false}
              allowNegative={false}
              error={fields.retention_days}
              onChange={(value) => setDays(Math.max(1, Number(value) || 1))}
            />
          )}
        </div>
        {!isAsking && <FormProblem error={update.error} fields={["retention_days"]} />}
        <Button
          type="submit"
          className={styles.save}
          disabled={days === project.retention_days}
          loading={update.isPending}
        >
          {t.settings.save}
        </Button>
      </form>
      {isAsking && days !== null && (
        <Confirm
          title={t.settings.retentionTitle}
          action={t.settings.retentionAction}
          isPending={update.isPending}
          error={update.error}
          onConfirm={save}
          onClose={() => setAsking(false)}
        >
          <p>{t.settings.retentionLost(firstKept(days))}</p>
        </Confirm>
      )}
    </Card>
  );
}
