import styles from "./Who.module.css";

type WhoProps = { name: string; email: string; mark?: string };

/** A person in a row: the name, the address below it. */
export function Who({ name, email, mark }: WhoProps) {
  return (
    <span className={styles.who}>
      <span>
        {name || email}
        {mark && <span className={styles.mark}>{mark}</span>}
      </span>
      {name && <span className={styles.email}>{email}</span>}
    </span>
  );
}
