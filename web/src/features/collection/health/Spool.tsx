import { Progress } from "@mantine/core";
import type { IngestionHealth } from "../../../api/types";
import { exact } from "../../../charts/format";
import { locale, t } from "../../../texts/texts";
import { Card } from "../../../ui/Card";
import { Note } from "../../../ui/Note";
import { bytesText } from "./amounts";
import styles from "./Spool.module.css";

type SpoolProps = { server: NonNullable<IngestionHealth["server"]> };

/** How much waits on this server, and how much room there is. */
export function Spool({ server }: SpoolProps) {
  const texts = t.collection.health;
  const { spool_bytes: used, spool_limit_bytes: limit, waiting, turned_away: turnedAway } = server;
  const filled = (used / Math.max(1, limit)) * 100;
  const count = exact(waiting, "number", locale);
  return (
    <Card title={texts.spool} hint={texts.spoolHint}>
      <div className={styles.line}>
        <strong>{waiting === 0 ? texts.nothingWaits : texts.waiting(count)}</strong>
        <span>{texts.spoolUsed(bytesText(used), bytesText(limit))}</span>
      </div>
      <Progress
        value={filled}
        color={filled > 80 ? "red" : filled > 50 ? "yellow" : undefined}
        aria-label={texts.spool}
      />
      {turnedAway > 0 && (
        <div className={styles.note}>
          <Note tone="bad" icon="alertTriangle">
            {texts.turnedAway(exact(turnedAway, "number", locale))}
          </Note>
        </div>
      )}
    </Card>
  );
}
