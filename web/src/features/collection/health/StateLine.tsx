import type { IngestionHealth } from "../../../api/types";
import { exact } from "../../../charts/format";
import { locale, t } from "../../../texts/texts";
import { Ago } from "../../../ui/Ago";
import { Icon } from "../../../ui/Icon";
import { Note } from "../../../ui/Note";
import { durationText } from "./amounts";
import styles from "./StateLine.module.css";

type StateLineProps = { health: IngestionHealth };

/** In one line: whether events get through, and how soon. */
export function StateLine({ health }: StateLineProps) {
  const texts = t.collection.health;
  const { history, server } = health;
  if (server && server.away_seconds !== null) {
    const count = exact(server.waiting, "number", locale);
    return (
      <Note tone="bad" icon="cloudOff" title={texts.away(durationText(server.away_seconds * 1_000))}>
        {texts.awayHint(count)}
      </Note>
    );
  }
  if (!history) return null;
  const { lag, totals, last_received_at: last } = history;
  const without = () => {
    if (totals.people + totals.bots + totals.internal > 0) return texts.storedImports;
    return totals.refused + totals.duplicates > 0 ? texts.storedNothing : texts.storedNone;
  };
  return (
    <section className={styles.state} data-tone={lag ? "good" : undefined} role="status">
      <Icon name={lag ? "circleCheck" : "clock"} size={20} />
      <strong>{lag ? texts.storedAfter(durationText(lag.p50_ms)) : without()}</strong>
      <span className={styles.rest}>
        {lag && `${texts.slowest(durationText(lag.p95_ms))} · `}
        {last ? (
          <>
            {texts.lastReceived}: <Ago time={last} />
          </>
        ) : (
          texts.neverReceived
        )}
      </span>
    </section>
  );
}
