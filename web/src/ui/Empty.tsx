import type { ReactNode } from "react";
import styles from "./Empty.module.css";
import { Icon } from "./Icon";
import type { IconName } from "./iconPaths";

type EmptyProps = {
  icon: IconName;
  title: string;
  hint?: ReactNode;
  action?: ReactNode;
  tone?: "plain" | "bad";
};

/** Says what is not there, and the one next step. */
export function Empty({ icon, title, hint, action, tone = "plain" }: EmptyProps) {
  return (
    <div className={styles.empty}>
      <span className={styles.icon} data-tone={tone}>
        <Icon name={icon} size={22} />
      </span>
      <p className={styles.title}>{title}</p>
      {hint && <p className={styles.hint}>{hint}</p>}
      {action && <div className={styles.action}>{action}</div>}
    </div>
  );
}
