import styles from "./LiveDot.module.css";

type LiveDotProps = { isLive: boolean };

/** A dot that breathes while something is live. */
export function LiveDot({ isLive }: LiveDotProps) {
  return <span aria-hidden="true" className={styles.dot} data-live={isLive || undefined} />;
}
