import { t } from "../../texts/texts";
import styles from "./TrafficTag.module.css";

const names: Record<string, string> = t.trafficTags;

/** Marks an event that is not people's. */
export function TrafficTag({ traffic }: { traffic: string }) {
  if (traffic === "") return null;
  return (
    <span className={styles.tag} title={t.collection.tagHint}>
      {names[traffic] ?? traffic}
    </span>
  );
}
