import { UnstyledButton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useId } from "react";
import type { SystemLogLine } from "../../api/types";
import { t } from "../../texts/texts";
import { Ago } from "../../ui/Ago";
import { instant } from "../../ui/instant";
import styles from "./LogLine.module.css";

/** A warning or an error; what it was logged with shows on demand. */
export function LogLine({ line }: { line: SystemLogLine }) {
  const [isOpen, open] = useDisclosure();
  const id = useId();
  const details = Object.entries((line.details ?? {}) as Record<string, unknown>);
  return (
    <li className={styles.item}>
      <UnstyledButton className={styles.line} onClick={open.toggle} aria-expanded={isOpen} aria-controls={id}>
        <span className={styles.level} data-level={line.level}>
          {t.system.level[line.level]}
        </span>
        <span className={styles.component}>{line.component}</span>
        <span className={styles.message}>{line.message}</span>
        <span className={styles.when}>
          <Ago time={line.created_at} />
        </span>
      </UnstyledButton>
      {isOpen && (
        <dl id={id} className={styles.details}>
          {[["time", instant(line.created_at, "second")] as const, ...details].map(([name, value]) => (
            <div key={name} className={styles.pair}>
              <dt>{name.replaceAll("_", " ")}</dt>
              <dd>{typeof value === "string" ? value : JSON.stringify(value)}</dd>
            </div>
          ))}
        </dl>
      )}
    </li>
  );
}
