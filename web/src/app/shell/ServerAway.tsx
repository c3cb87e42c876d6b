import { useSyncExternalStore } from "react";
import { isAway, subscribe } from "../../api/connection";
import { t } from "../../texts/texts";
import { Icon } from "../../ui/Icon";
import styles from "./ServerAway.module.css";

/** Says that the server is away, for as long as it is. */
export function ServerAway() {
  const away = useSyncExternalStore(subscribe, isAway);
  return (
    <div role="status">
      {away && (
        <div className={styles.banner}>
          <Icon name="cloudOff" size={16} />
          {t.shell.away}
        </div>
      )}
    </div>
  );
}
