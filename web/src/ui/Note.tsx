import type { ReactNode } from "react";
import { Icon } from "./Icon";
import type { IconName } from "./iconPaths";
import styles from "./Note.module.css";

type NoteProps = { tone: "warn" | "bad"; icon: IconName; title?: string; children: ReactNode };

/** A short word beside what it is about. */
export function Note({ tone, icon, title, children }: NoteProps) {
  return (
    <div className={styles.note} data-tone={tone} role={tone === "bad" ? "alert" : undefined}>
      <Icon name={icon} size={17} />
      <div>
        {title && <strong>{title}</strong>}
        <p>{children}</p>
      </div>
    </div>
  );
}
