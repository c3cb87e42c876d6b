import { notifications } from "@mantine/notifications";
import { t } from "../../../texts/texts";
import { Confirm } from "../../../ui/Confirm";
import { useDiscard } from "./api";
import { eventsText } from "./names";
import type { RefusedFilter } from "./search";

/** What is to be discarded: one event, or all that a filter lets through. */
export type Discarding = { id: string; name: string } | { filter: RefusedFilter; count: number };

type DiscardDialogProps = {
  project: string;
  discarding: Discarding;
  onDone: () => void;
  onClose: () => void;
};

/** Asks before refused events are gone for good. */
export function DiscardDialog({ project, discarding, onDone, onClose }: DiscardDialogProps) {
  const discard = useDiscard(project);
  const isOne = "id" in discarding;
  return (
    <Confirm
      title={isOne ? t.refused.discardOne(discarding.name) : t.refused.discardTitle}
      action={t.refused.discard}
      isPending={discard.isPending}
      error={discard.error}
      onConfirm={async () => {
        const count = await discard.mutateAsync(discarding);
        notifications.show({ message: t.refused.discarded(eventsText(count)) });
        onClose();
        onDone();
      }}
      onClose={onClose}
    >
      {isOne ? t.refused.discardOneText : t.refused.discardText(eventsText(discarding.count))}
    </Confirm>
  );
}
