import { Button, UnstyledButton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useId } from "react";
import type { AuditEntry } from "../../api/types";
import { t } from "../../texts/texts";
import { Ago } from "../../ui/Ago";
import { Icon } from "../../ui/Icon";
import { instant } from "../../ui/instant";
import styles from "./AuditRow.module.css";
import { Diff } from "./Diff";
import type { AuditSearch } from "./search";
import { actorName, changesOf, factsOf, plain, sentenceOf } from "./sentence";

type AuditRowProps = { entry: AuditEntry; onFilter: (change: AuditSearch) => void };

/** A row of the log: a sentence, and on demand what it rests on. */
export function AuditRow({ entry, onFilter }: AuditRowProps) {
  const [isOpen, open] = useDisclosure();
  const id = useId();
  const { who, verb, what, name, end } = sentenceOf(entry);
  const changes = changesOf(entry);
  return (
    <li className={styles.row} data-refused={entry.action === "access.refused" || undefined}>
      <UnstyledButton className={styles.line} onClick={open.toggle} aria-expanded={isOpen} aria-controls={id}>
        <span className={styles.turn} data-open={isOpen || undefined}>
          <Icon name="chevronRight" size={14} />
        </span>
        <span className={styles.sentence}>
          <strong>{who}</strong> {verb} {what} {name && <strong>{name}</strong>} {end}
        </span>
        <span className={styles.when}>
          <Ago time={entry.created_at} />
        </span>
      </UnstyledButton>
      {isOpen && (
        <div id={id} className={styles.details}>
          {changes.length > 0 && <Diff changes={changes} />}
          <dl className={styles.facts}>
            {factsOf(entry).map(([field, value]) => (
              <Fact key={field} name={t.audit.fieldName(field)} value={plain(value)} />
            ))}
            <Fact name={t.audit.time} value={instant(entry.created_at, "second")} />
            <Fact name={t.audit.action} value={entry.action} />
            <Fact name={t.audit.number} value={String(entry.number)} />
            <Fact name={t.audit.address} value={entry.ip_address} />
            <Fact name={t.audit.program} value={entry.user_agent} />
            <Fact name={t.audit.resource} value={entry.resource_id} />
            <Fact name={t.audit.hash} value={entry.hash} />
          </dl>
          <div className={styles.only}>
            {entry.user && (
              <Button size="compact-sm" variant="default" onClick={() => onFilter({ user: entry.user?.id })}>
                {t.audit.only(actorName(entry))}
              </Button>
            )}
            {entry.resource_id && (
              <Button
                size="compact-sm"
                variant="default"
                onClick={() => onFilter({ resource: entry.resource_id ?? undefined })}
              >
                {name ? t.audit.only(name) : t.audit.onlyThis}
              </Button>
            )}
          </div>
        </div>
      )}
    </li>
  );
}

function Fact({ name, value }: { name: string; value: string | null }) {
  if (!value) return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
