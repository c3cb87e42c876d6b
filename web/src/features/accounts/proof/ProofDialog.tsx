import { Modal } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { KeyboardEvent } from "react";
import { t } from "../../../texts/texts";
import { Note } from "../../../ui/Note";
import { ProblemNote } from "../../../ui/ProblemNote";
import { SkeletonRows } from "../../../ui/SkeletonRows";
import { useReturnFocus } from "../../../ui/useReturnFocus";
import { proofQuery } from "./api";
import { ByPassword } from "./ByPassword";
import { ByProvider } from "./ByProvider";
import styles from "./Proof.module.css";

type ProofDialogProps = { onProved: () => void; onClose: () => void };

/** Asks who is signed in to prove that it is they. It may stand above another dialog, which Escape must leave. */
export default function ProofDialog({ onProved, onClose }: ProofDialogProps) {
  useReturnFocus();
  const query = useQuery(proofQuery);
  const proof = query.data;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape" && !event.nativeEvent.isComposing) onClose();
  };
  return (
    <Modal opened onClose={onClose} title={t.proof.title} closeOnEscape={false} onKeyDown={onKeyDown}>
      <div className={styles.content}>
        <p className={styles.lead}>{t.proof.lead}</p>
        {query.isPending && <SkeletonRows count={2} height={42} />}
        {query.isError && <ProblemNote error={query.error} onRetry={() => query.refetch()} />}
        {proof?.password && <ByPassword wantsCode={proof.code} onProved={onProved} onClose={onClose} />}
        {proof?.provider && <ByProvider provider={proof.provider} onProved={onProved} onClose={onClose} />}
        {proof && !proof.password && !proof.provider && (
          <Note tone="warn" icon="alertTriangle">
            {t.proof.noWay}
          </Note>
        )}
      </div>
    </Modal>
  );
}
