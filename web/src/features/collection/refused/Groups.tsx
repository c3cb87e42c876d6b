import { Button } from "@mantine/core";
import type { RejectedGroup } from "../../../api/types";
import { t } from "../../../texts/texts";
import { Ago } from "../../../ui/Ago";
import { Card } from "../../../ui/Card";
import { eventsText, refusedName } from "./names";
import styles from "./Refused.module.css";

type GroupsProps = {
  groups: RejectedGroup[];
  onShow: (group: RejectedGroup) => void;
  onMend?: (group: RejectedGroup) => void;
  onDiscard?: (group: RejectedGroup) => void;
};

/** What is wrong, with how many, and what can be done with all of them. */
export function Groups({ groups, onShow, onMend, onDiscard }: GroupsProps) {
  return (
    <Card flush title={t.refused.groups}>
      <ul className={styles.groups}>
        {groups.map((group) => {
          const name = refusedName(group.event_name);
          return (
            <li
              key={`${group.code} ${group.field} ${group.event_name}`}
              className={styles.group}
              aria-label={t.refused.groupLabel(name, group.code)}
            >
              <div className={styles.what}>
                <button
                  type="button"
                  className={styles.name}
                  title={t.refused.show}
                  onClick={() => onShow(group)}
                >
                  {name}
                </button>
                <span className={styles.reason}>{group.reason}</span>
              </div>
              <div className={styles.number}>
                <strong>{eventsText(group.count)}</strong>
                <Ago time={group.last_received_at} />
              </div>
              <div className={styles.buttons}>
                {onMend && (
                  <Button size="compact-sm" variant="light" onClick={() => onMend(group)}>
                    {t.refused.mendAll}
                  </Button>
                )}
                {onDiscard && (
                  <Button size="compact-sm" variant="default" onClick={() => onDiscard(group)}>
                    {t.refused.discardAll}
                  </Button>
                )}
              </div>
            </li>
          );
        })}
      </ul>
    </Card>
  );
}
