import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { type FormEvent, type ReactNode, useState } from "react";
import { problemOf } from "../../../api/problem";
import type { CollectionSettingsChange } from "../../../api/types";
import { t } from "../../../texts/texts";
import { Card } from "../../../ui/Card";
import { FormProblem } from "../../../ui/FormProblem";
import { Icon } from "../../../ui/Icon";
import { useUnsaved } from "../../../ui/unsaved";
import styles from "../../tenancy/settings/Form.module.css";
import { useUpdateCollectionSettings } from "./api";
import { problemsOf } from "./lines";

type SettingsCardProps = {
  project: string;
  /** The version of the settings that the fields began with. */
  version: string;
  mayEdit: boolean;
  title: string;
  hint: string;
  /** What saving would change; undefined where nothing is changed. */
  change: CollectionSettingsChange | undefined;
  onSaved?: () => void;
  /** The fields, given what is wrong with each. */
  children: (problemOfField: (field: keyof CollectionSettingsChange) => string | undefined) => ReactNode;
};

/** A part of the settings that is saved on its own. */
export function SettingsCard({
  project,
  version,
  mayEdit,
  title,
  hint,
  change,
  onSaved,
  children,
}: SettingsCardProps) {
  const update = useUpdateCollectionSettings(project);
  useUnsaved(mayEdit && change !== undefined);
  const [seen] = useState(version);
  const fields = update.isError ? problemOf(update.error).fields : {};
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!change) return;
    update.mutate(
      { ...change, version: seen },
      {
        onSuccess: () => {
          onSaved?.();
          notifications.show({ message: t.settings.saved, icon: <Icon name="check" size={16} /> });
        },
      },
    );
  };
  return (
    <Card title={title} hint={hint}>
      <form className={styles.form} onSubmit={submit}>
        {children((field) => problemsOf(fields, field))}
        <FormProblem error={update.error} fields={Object.keys(fields)} />
        {mayEdit && (
          <Button type="submit" className={styles.save} disabled={!change} loading={update.isPending}>
            {t.settings.save}
          </Button>
        )}
      </form>
    </Card>
  );
}
