import { useBlocker } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useState } from "react";
import { t } from "../../texts/texts";
import { forgetUnsaved, hasUnsaved, onAsk } from "../../ui/unsaved";

const Confirm = lazy(() => import("../../ui/Confirm").then((file) => ({ default: file.Confirm })));

/** Asks before what was written and not saved is lost: by a link, by Back, by closing a dialog or the tab. */
export function UnsavedGuard() {
  const [closing, setClosing] = useState<() => void>();
  useEffect(() => onAsk((leave) => setClosing(() => leave)), []);
  const blocker = useBlocker({
    shouldBlockFn: () => hasUnsaved(),
    enableBeforeUnload: () => hasUnsaved(),
    withResolver: true,
  });
  const isBlocked = blocker.status === "blocked";
  if (!isBlocked && !closing) return null;
  const stay = () => {
    setClosing(undefined);
    blocker.reset?.();
  };
  const leave = async () => {
    forgetUnsaved();
    closing?.();
    setClosing(undefined);
    blocker.proceed?.();
  };
  return (
    <Suspense>
      <Confirm
        title={t.unsaved.title}
        action={t.unsaved.leave}
        cancel={t.unsaved.stay}
        isPending={false}
        error={undefined}
        onConfirm={leave}
        onClose={stay}
      >
        {t.unsaved.hint}
      </Confirm>
    </Suspense>
  );
}
