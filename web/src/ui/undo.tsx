import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { t } from "../texts/texts";
import styles from "./undo.module.css";

/** Says what was done, and offers to take it back. */
export function offerUndo(message: string, undo: () => void): void {
  const id = notifications.show({
    message: (
      <span className={styles.undo}>
        {message}
        <Button
          size="compact-sm"
          variant="subtle"
          onClick={() => {
            notifications.hide(id);
            undo();
          }}
        >
          {t.words.undo}
        </Button>
      </span>
    ),
  });
}
