import type { ReactNode } from "react";
import { Icon } from "../../../ui/Icon";
import styles from "./Send.module.css";

type SendStepProps = { number: number; title: string; hint?: string; isDone?: boolean; children: ReactNode };

/** One step, numbered; ticked when it is done. */
export function SendStep({ number, title, hint, isDone, children }: SendStepProps) {
  return (
    <li className={styles.step}>
      <span className={styles.number} data-done={isDone || undefined}>
        {isDone ? <Icon name="check" size={15} stroke={2.5} /> : number}
      </span>
      <div className={styles.body}>
        <h2 className={styles.title}>{title}</h2>
        {hint && <p className={styles.hint}>{hint}</p>}
        <div className={styles.content}>{children}</div>
      </div>
    </li>
  );
}
