import { lazy, Suspense, useEffect, useState } from "react";
import { askForProofBy } from "../../../api/proof";

const ProofDialog = lazy(() => import("./ProofDialog"));

type Answer = (proved: boolean) => void;

/** Asks for password and code whenever a change wants them, wherever it was begun; the change goes on by itself. */
export function ProofGate() {
  const [answer, setAnswer] = useState<{ with: Answer }>();
  useEffect(() => askForProofBy(() => new Promise((resolve) => setAnswer({ with: resolve }))), []);
  if (!answer) return null;
  const close = (proved: boolean) => {
    setAnswer(undefined);
    answer.with(proved);
  };
  return (
    <Suspense>
      <ProofDialog onProved={() => close(true)} onClose={() => close(false)} />
    </Suspense>
  );
}
