import type { ReactNode } from "react";
import { t } from "../../../texts/texts";
import { Card } from "../../../ui/Card";
import styles from "./Danger.module.css";

/** What can't be undone, apart from the rest. */
export function Danger({ title = t.settings.danger, children }: { title?: string; children: ReactNode }) {
  return (
    <Card title={title}>
      <div className={styles.rows}>{children}</div>
    </Card>
  );
}

type DangerRowProps = { title: string; hint: string; children: ReactNode };

/** One of these things: what it does, and the button. */
export function DangerRow({ title, hint, children }: DangerRowProps) {
  return (
    <div className={styles.row}>
      <div>
        <p className={styles.title}>{title}</p>
        <p className={styles.hint}>{hint}</p>
      </div>
      {children}
    </div>
  );
}
