import type { RejectedEvent } from "../../../api/types";
import { t } from "../../../texts/texts";
import { Ago } from "../../../ui/Ago";
import { refusedName } from "./names";
import styles from "./RefusedTable.module.css";

type RefusedTableProps = { events: RejectedEvent[]; onOpen: (id: string) => void };

/** Refused events in rows; a click on one opens it. */
export function RefusedTable({ events, onOpen }: RefusedTableProps) {
  const columns = t.refused.columns;
  return (
    <table className={styles.table} aria-label={t.refused.title}>
      <thead>
        <tr>
          <th scope="col" className={styles.event}>
            {columns.event}
          </th>
          <th scope="col">{columns.reason}</th>
          <th scope="col" className={styles.person}>
            {columns.person}
          </th>
          <th scope="col" className={styles.time}>
            {columns.time}
          </th>
        </tr>
      </thead>
      <tbody>
        {events.map((event) => (
          <tr
            key={`${event.event_id} ${event.received_at}`}
            className={styles.row}
            onClick={() => onOpen(event.event_id)}
          >
            <td className={styles.event}>
              <button type="button" className={styles.open} onClick={() => onOpen(event.event_id)}>
                {refusedName(event.event_name)}
              </button>
            </td>
            <td title={event.reason}>{event.reason}</td>
            <td className={styles.person}>{event.user_id}</td>
            <td className={styles.time}>
              <Ago time={event.received_at} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
