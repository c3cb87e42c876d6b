import { notifications } from "@mantine/notifications";
import type { PersonMerge } from "../../../api/types";
import { t } from "../../../texts/texts";
import { Confirm } from "../../../ui/Confirm";
import { useUndoMerge } from "./api";
import styles from "./Merges.module.css";
import { shortId } from "./shortId";

type UndoDialogProps = {
  project: string;
  merge: PersonMerge;
  onDone: () => void;
  onClose: () => void;
};

/** Says what comes of undoing a merge before it is done. */
export function UndoDialog({ project, merge, onDone, onClose }: UndoDialogProps) {
  const undo = useUndoMerge(project);
  const { from_user_id: from, into_user_id: into } = merge;
  return (
    <Confirm
      title={t.merges.undoTitle}
      action={t.merges.undoAction}
      isMild
      isPending={undo.isPending}
      error={undo.error}
      onConfirm={async () => {
        await undo.mutateAsync(merge.id);
        notifications.show({ message: t.merges.undoneNow(shortId(from), shortId(into)) });
        onClose();
        onDone();
      }}
      onClose={onClose}
    >
      <p>
        <bdi className={styles.whole}>{from}</bdi> {t.merges.and} <bdi className={styles.whole}>{into}</bdi>{" "}
        {t.merges.undoWhat}
      </p>
      <p>{t.merges.undoLater}</p>
      <p>{t.merges.undoAgain}</p>
    </Confirm>
  );
}
