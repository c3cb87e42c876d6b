import { t } from "../texts/texts";
import { shownZone } from "./instant";
import styles from "./ZoneNote.module.css";

/** Says which zone the times of a list are in. */
export function ZoneNote() {
  return <p className={styles.note}>{t.ranges.zone(shownZone())}</p>;
}
