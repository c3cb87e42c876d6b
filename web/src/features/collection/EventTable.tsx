import type { EventRow } from "../../api/types";
import { t } from "../../texts/texts";
import { Ago } from "../../ui/Ago";
import { Flag } from "../../ui/Flag";
import { eventName } from "../insights/properties";
import styles from "./EventTable.module.css";
import { placeOf, whereOf } from "./eventTexts";
import { TrafficTag } from "./TrafficTag";

type EventTableProps = { events: EventRow[]; onOpen: (id: string) => void };

/** Events in rows; a click on one opens it. */
export function EventTable({ events, onOpen }: EventTableProps) {
  const columns = t.collection.columns;
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">{columns.event}</th>
          <th scope="col" className={styles.where}>
            {columns.where}
          </th>
          <th scope="col" className={styles.person}>
            {columns.person}
          </th>
          <th scope="col" className={styles.from}>
            {columns.from}
          </th>
          <th scope="col" className={styles.time}>
            {columns.time}
          </th>
        </tr>
      </thead>
      <tbody>
        {events.map((event) => (
          <tr key={event.event_id} className={styles.row} onClick={() => onOpen(event.event_id)}>
            <td>
              <span className={styles.event}>
                <button
                  type="button"
                  className={styles.open}
                  title={eventName(event.event_name)}
                  onClick={() => onOpen(event.event_id)}
                >
                  {eventName(event.event_name)}
                </button>
                <TrafficTag traffic={event.traffic} />
              </span>
            </td>
            <td className={styles.where}>{whereOf(event)}</td>
            <td className={styles.person}>{event.user_id}</td>
            <td className={styles.from}>
              <span className={styles.place}>
                <Flag country={event.country} />
                <span>{[placeOf(event), event.browser].filter(Boolean).join(" · ")}</span>
              </span>
            </td>
            <td className={styles.time}>
              <Ago time={event.received_at} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
