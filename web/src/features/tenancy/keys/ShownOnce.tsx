import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import type { CreatedApiKey } from "../../../api/types";
import { t } from "../../../texts/texts";
import { CopyButton } from "../../../ui/CopyButton";
import { Note } from "../../../ui/Note";
import { Snippet } from "../../../ui/Snippet";
import styles from "./Keys.module.css";

type ShownOnceProps = { made: CreatedApiKey; project: string; note?: ReactNode; onClose: () => void };

/** A new secret, and how it is used. */
export function ShownOnce({ made, project, note, onClose }: ShownOnceProps) {
  const asks = made.kind === "secret" && made.scopes.includes("insights:run");
  return (
    <div className={styles.content}>
      <div className={styles.key}>
        <code>{made.key}</code>
        <CopyButton text={made.key} />
      </div>
      <Note tone="warn" icon="key">
        {t.apiKeys.onceNote}
      </Note>
      {note && <p className={styles.hint}>{note}</p>}
      {asks && (
        <div>
          <p className={styles.label}>{t.apiKeys.howToUse}</p>
          <Snippet label={t.apiKeys.howToUse} code={snippet(project, made.key)} />
        </div>
      )}
      <Button onClick={onClose}>{t.words.done}</Button>
    </div>
  );
}

function snippet(project: string, key: string): string {
  return `curl ${window.location.origin}/api/v1/projects/${project}/insights/run \\
  -H 'Authorization: Bearer ${key}' \\
  -H 'Content-Type: application/json' \\
  -d '{"kind": "trends", "series": [{"measure": {"kind": "count"}}],
       "range": {"kind": "last", "count": 7, "unit": "day"}, "interval": "day"}'`;
}
