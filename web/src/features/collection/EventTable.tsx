import type { EventRow } from "../../api/types";
import { t } from "../../texts/texts";
import { Ago } from "../../ui/Ago";
import { Flag } from "../../ui/Flag";
import { eventName } from "../insights/properties";
import { type ColumnName, plainColumns } from "./columns";
import styles from "./EventTable.module.css";
import { placeOf, whereOf } from "./eventTexts";
import { TrafficTag } from "./TrafficTag";

type EventTableProps = {
  events: EventRow[];
  columns: readonly ColumnName[];
  onOpen: (id: string) => void;
};

/** Events in rows; a click on one opens it. */
export function EventTable({ events, columns, onOpen }: EventTableProps) {
  const names = t.collection.columns;
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">{names.event}</th>
          {columns.map((column) => (
            <th key={column} scope="col" className={styles[column] ?? styles.plain}>
              {names[column]}
            </th>
          ))}
          <th scope="col" className={styles.time}>
            {names.time}
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
            {columns.map((column) => (
              <td key={column} className={styles[column] ?? styles.plain}>
                <Value column={column} event={event} />
              </td>
            ))}
            <td className={styles.time}>
              <Ago time={event.received_at} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Value({ column, event }: { column: ColumnName; event: EventRow }) {
  if (column === "where") return whereOf(event);
  if (column === "person") return event.user_id;
  if (column !== "from") return plainColumns[column]?.(event);
  return (
    <span className={styles.place}>
      <Flag country={event.country} />
      <span>{[placeOf(event), event.browser].filter(Boolean).join(" · ")}</span>
    </span>
  );
}
