import { VisuallyHidden } from "@mantine/core";
import { t } from "../../texts/texts";
import styles from "./Diff.module.css";
import { type FieldChange, plain } from "./sentence";

/** What each field was and is since: by sign, colour and word, never colour alone. */
export function Diff({ changes }: { changes: FieldChange[] }) {
  return (
    <dl className={styles.diff}>
      {changes.map(({ field, before, after }) => (
        <div key={field} className={styles.field}>
          <dt>{t.audit.fieldName(field)}</dt>
          {before !== undefined && (
            <dd className={styles.before}>
              <span aria-hidden="true">−</span>
              <VisuallyHidden>{t.audit.before}: </VisuallyHidden>
              <del>{plain(before)}</del>
            </dd>
          )}
          {after !== undefined && (
            <dd className={styles.after}>
              <span aria-hidden="true">+</span>
              <VisuallyHidden>{t.audit.after}: </VisuallyHidden>
              <ins>{plain(after)}</ins>
            </dd>
          )}
        </div>
      ))}
    </dl>
  );
}
