import { Button, Modal, TextInput } from "@mantine/core";
import { useState } from "react";
import { problemOf } from "../../api/problem";
import { t } from "../../texts/texts";
import { CopyButton } from "../../ui/CopyButton";
import { explain } from "../../ui/explain";
import { Note } from "../../ui/Note";
import { useReturnFocus } from "../../ui/useReturnFocus";
import { useCreateKey } from "./api";
import styles from "./NewKey.module.css";

type NewKeyProps = { project: string; onClose: () => void };

/** Creates a key and shows it, once. */
export function NewKey({ project, onClose }: NewKeyProps) {
  useReturnFocus();
  const create = useCreateKey(project);
  const [name, setName] = useState("");
  const problem = create.isError ? problemOf(create.error) : undefined;
  return (
    <Modal
      opened
      onClose={onClose}
      title={create.data ? t.settings.keyCreated : t.settings.keyNew}
      closeOnClickOutside={!create.data}
    >
      {create.data && (
        <div className={styles.content}>
          <div className={styles.key}>
            <code>{create.data.key}</code>
            <CopyButton text={create.data.key} />
          </div>
          <Note tone="warn" icon="key">
            {t.collection.keyOnce}
          </Note>
          <Button onClick={onClose}>{t.words.done}</Button>
        </div>
      )}
      {!create.data && (
        <form
          className={styles.content}
          onSubmit={(event) => {
            event.preventDefault();
            create.mutate(name.trim());
          }}
        >
          <TextInput
            label={t.settings.keyNameLabel}
            placeholder={t.settings.keyNamePlaceholder}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={problem && (problem.fields.name ?? explain(problem).title)}
            required
            withAsterisk={false}
            data-autofocus
          />
          <Button type="submit" loading={create.isPending}>
            {t.collection.createKey}
          </Button>
        </form>
      )}
    </Modal>
  );
}
