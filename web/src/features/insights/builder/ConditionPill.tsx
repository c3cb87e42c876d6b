import { Popover, Skeleton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { lazy, Suspense, useRef } from "react";
import type { Condition } from "../../../api/types";
import { t } from "../../../texts/texts";
import { Icon } from "../../../ui/Icon";
import { Pill } from "../../../ui/Pill";
import { isWhole } from "../question/where";
import { conditionText } from "../question/whereText";
import styles from "./ConditionPill.module.css";

type ConditionPillProps = {
  project: string;
  condition: Condition;
  startOpen?: boolean;
  onChange: (condition: Condition) => void;
  onRemove: () => void;
};

const ConditionEditor = lazy(() => import("./ConditionEditor"));

/** One condition as words; a click opens it for changing. */
export function ConditionPill({ project, condition, startOpen, onChange, onRemove }: ConditionPillProps) {
  const [isOpen, popover] = useDisclosure(startOpen);
  const pill = useRef<HTMLButtonElement>(null);
  // One that opened by itself has no focus from before to give back; a click elsewhere has taken it already.
  const close = () => {
    popover.close();
    setTimeout(() => {
      if (document.activeElement === document.body) pill.current?.focus();
    });
  };
  return (
    <Popover
      opened={isOpen}
      onChange={(open) => (open ? popover.open() : close())}
      position="bottom-start"
      width={300}
      trapFocus
      returnFocus
    >
      <span className={styles.pair}>
        <Popover.Target>
          <Pill
            ref={pill}
            tone={isWhole(condition) ? "accent" : "missing"}
            className={styles.words}
            aria-expanded={isOpen}
            onClick={() => (isOpen ? close() : popover.open())}
          >
            <span className={styles.text}>
              {conditionText(condition)}
              {!isWhole(condition) && " …"}
            </span>
          </Pill>
        </Popover.Target>
        <button
          type="button"
          className={styles.remove}
          aria-label={`${t.words.remove}: ${conditionText(condition)}`}
          onClick={onRemove}
        >
          <Icon name="x" size={13} />
        </button>
      </span>
      <Popover.Dropdown className={styles.editor}>
        <Suspense fallback={<Skeleton height={84} />}>
          <ConditionEditor project={project} condition={condition} onChange={onChange} />
        </Suspense>
      </Popover.Dropdown>
    </Popover>
  );
}
