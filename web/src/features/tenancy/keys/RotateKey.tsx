import { Button, Modal, Radio } from "@mantine/core";
import { type FormEvent, useState } from "react";
import type { ApiKey } from "../../../api/types";
import { t } from "../../../texts/texts";
import { FormProblem } from "../../../ui/FormProblem";
import { instant } from "../../../ui/instant";
import { useReturnFocus } from "../../../ui/useReturnFocus";
import { useRotateKey } from "./api";
import styles from "./Keys.module.css";
import { ShownOnce } from "./ShownOnce";

type RotateKeyProps = { project: string; apiKey: ApiKey; onClose: () => void };

/** Gives a key a new secret, and says until when the old one works. */
export function RotateKey({ project, apiKey, onClose }: RotateKeyProps) {
  useReturnFocus();
  const rotate = useRotateKey(project);
  const [grace, setGrace] = useState("24");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    rotate.mutate({ id: apiKey.id, grace_hours: Number(grace) });
  };
  const until = rotate.data?.previous_expires_at;
  return (
    <Modal
      opened
      onClose={onClose}
      title={rotate.data ? t.apiKeys.rotated : t.apiKeys.rotateTitle(apiKey.name)}
      closeOnClickOutside={!rotate.data}
    >
      {rotate.data && (
        <ShownOnce
          made={rotate.data}
          project={project}
          note={until ? t.apiKeys.rotatedGrace(instant(until)) : t.apiKeys.rotatedAtOnce}
          onClose={onClose}
        />
      )}
      {!rotate.data && (
        <form className={styles.content} onSubmit={submit}>
          <p className={styles.hint}>{t.apiKeys.rotateHint}</p>
          <Radio.Group label={t.apiKeys.grace} value={grace} onChange={setGrace}>
            <div className={styles.choices}>
              {Object.entries(t.apiKeys.graces).map(([hours, label]) => (
                <Radio key={hours} value={hours} label={label} />
              ))}
            </div>
          </Radio.Group>
          <FormProblem error={rotate.error} />
          <div className={styles.buttons}>
            <Button variant="default" onClick={onClose}>
              {t.words.cancel}
            </Button>
            <Button type="submit" loading={rotate.isPending}>
              {t.apiKeys.rotateAction}
            </Button>
          </div>
        </form>
      )}
    </Modal>
  );
}
