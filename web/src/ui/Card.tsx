import type { ReactNode } from "react";
import styles from "./Card.module.css";

type CardProps = {
  title?: ReactNode;
  hint?: ReactNode;
  actions?: ReactNode;
  flush?: boolean;
  children: ReactNode;
};

/** A surface that holds one thing. */
export function Card({ title, hint, actions, flush, children }: CardProps) {
  return (
    <section className={styles.card} data-flush={flush || undefined}>
      {(title || actions) && (
        <header className={styles.header}>
          <div>
            <h2 className={styles.title}>{title}</h2>
            {hint && <p className={styles.hint}>{hint}</p>}
          </div>
          {actions}
        </header>
      )}
      {children}
    </section>
  );
}
