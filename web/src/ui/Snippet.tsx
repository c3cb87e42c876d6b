import { CopyButton } from "./CopyButton";
import styles from "./Snippet.module.css";

type SnippetProps = { code: string; label: string };

/** Code to copy. */
export function Snippet({ code, label }: SnippetProps) {
  return (
    <figure className={styles.snippet} aria-label={label}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long lines are scrolled with the keyboard */}
      <pre className={styles.code} tabIndex={0}>
        <code>{code}</code>
      </pre>
      <div className={styles.copy}>
        <CopyButton text={code} />
      </div>
    </figure>
  );
}
