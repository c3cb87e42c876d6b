import { Button } from "@mantine/core";
import { useEffect, useState } from "react";
import { t } from "../../../texts/texts";
import styles from "./StillWorking.module.css";

type StillWorkingProps = {
  isWorking: boolean;
  /** Whether the picture in sight answers another question, and this one was cancelled. */
  isCancelled: boolean;
  onCancel: () => void;
  onRun: () => void;
};

const patienceS = 2;

/** After two seconds says for how long the question runs, and offers to cancel it; then, to run it again. */
export function StillWorking({ isWorking, isCancelled, onCancel, onRun }: StillWorkingProps) {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    setSeconds(0);
    if (!isWorking) return;
    const timer = setInterval(() => setSeconds((before) => before + 1), 1000);
    return () => clearInterval(timer);
  }, [isWorking]);
  if (isCancelled) {
    return (
      <div className={styles.working} role="status">
        {t.states.cancelledOld}
        <Button size="compact-sm" variant="default" onClick={onRun}>
          {t.states.run}
        </Button>
      </div>
    );
  }
  if (!isWorking || seconds < patienceS) return null;
  return (
    <div className={styles.working} role="status">
      {t.states.stillWorking(seconds)}
      <Button size="compact-sm" variant="default" onClick={onCancel}>
        {t.states.cancel}
      </Button>
    </div>
  );
}
