import { Button, JsonInput, Modal, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { type FormEvent, useState } from "react";
import { writeJson } from "../../../api/json";
import { problemOf } from "../../../api/problem";
import type { ClientConfig } from "../../../api/types";
import { t } from "../../../texts/texts";
import { FormProblem } from "../../../ui/FormProblem";
import { useClose } from "../../../ui/unsaved";
import { useReturnFocus } from "../../../ui/useReturnFocus";
import styles from "../settings/Form.module.css";
import { useSaveConfig } from "./api";
import { readConfig } from "./readConfig";

type ConfigFormProps = { project: string; config?: ClientConfig; mayEdit: boolean; onClose: () => void };

const example = { checkout_v2: true, sample_rate: 0.25 };

/** Makes a configuration or changes one; who may only look reads it here. */
export function ConfigForm({ project, config, mayEdit, onClose }: ConfigFormProps) {
  useReturnFocus();
  const save = useSaveConfig(project);
  const [version] = useState(config?.version);
  const [name, setName] = useState(config?.name ?? "default");
  const [written] = useState(() => writeJson(config?.config ?? example, 2));
  const [text, setText] = useState(written);
  const isDirty = text !== written || name !== (config?.name ?? "default");
  const close = useClose(mayEdit && isDirty, onClose);
  const read = readConfig(text);
  const problem = save.isError ? problemOf(save.error) : undefined;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!read.values) return;
    const saved = await save.mutateAsync({ id: config?.id, version, name: name.trim(), values: read.values });
    notifications.show({ message: t.configs.saved(saved.name) });
    onClose();
  };
  return (
    <Modal opened onClose={close} title={config?.name ?? t.configs.new} size="lg">
      <form className={styles.form} onSubmit={(event) => submit(event).catch(() => undefined)}>
        <TextInput
          label={t.configs.name}
          description={mayEdit && t.configs.nameHint}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={problem?.fields.name}
          readOnly={!mayEdit}
          required
          withAsterisk={false}
          spellCheck={false}
          maxLength={100}
          data-autofocus={!config || undefined}
        />
        <JsonInput
          label={t.configs.json}
          description={mayEdit && t.configs.jsonHint}
          value={text}
          onChange={setText}
          error={read.error ?? problem?.fields.config}
          readOnly={!mayEdit}
          autosize
          minRows={8}
          maxRows={20}
          spellCheck={false}
          styles={{ input: { fontFamily: "var(--font-mono)", fontSize: 12.5 } }}
          data-autofocus={config ? true : undefined}
        />
        {mayEdit && (
          <Button
            size="compact-xs"
            variant="default"
            className={styles.save}
            disabled={!read.values}
            onClick={() => setText(writeJson(read.values, 2))}
          >
            {t.configs.format}
          </Button>
        )}
        <FormProblem error={save.error} fields={["name", "config"]} />
        <div className={styles.buttons}>
          <Button variant="default" onClick={close}>
            {mayEdit ? t.words.cancel : t.words.close}
          </Button>
          {mayEdit && (
            <Button type="submit" loading={save.isPending} disabled={!read.values}>
              {config ? t.configs.save : t.configs.create}
            </Button>
          )}
        </div>
      </form>
    </Modal>
  );
}
