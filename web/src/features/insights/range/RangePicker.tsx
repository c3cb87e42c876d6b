import { Button, Popover, Skeleton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { lazy, Suspense } from "react";
import type { Range } from "../../../api/types";
import { t } from "../../../texts/texts";
import { Icon } from "../../../ui/Icon";
import { useKey } from "../../../ui/useKey";
import type { ProjectCalendar } from "../../tenancy/useProjectCalendar";
import styles from "./RangePicker.module.css";
import { rangeName } from "./rangeName";

const load = () => import("./RangeChoice");
const RangeChoice = lazy(load);

type RangePickerProps = { range: Range; calendar: ProjectCalendar; onChange: (range: Range) => void };

/** From when to when. */
export function RangePicker({ range, calendar, onChange }: RangePickerProps) {
  const [isOpen, popover] = useDisclosure();
  useKey("r", popover.open);
  const choose = (chosen: Range) => {
    onChange(chosen);
    popover.close();
  };
  return (
    <Popover
      opened={isOpen}
      onChange={(open) => (open ? popover.open() : popover.close())}
      position="bottom-end"
      // On a small screen it lies over its button rather than below the edge.
      middlewares={{ flip: false, shift: { crossAxis: true, padding: 8 } }}
      trapFocus
      returnFocus
    >
      <Popover.Target>
        <Button
          variant="default"
          leftSection={<Icon name="calendar" size={16} />}
          rightSection={<Icon name="chevronDown" size={14} />}
          onClick={popover.toggle}
          onPointerEnter={load}
          onFocus={load}
          aria-label={`${t.ranges.label}: ${rangeName(range)}`}
        >
          {rangeName(range)}
        </Button>
      </Popover.Target>
      <Popover.Dropdown className={styles.dropdown} aria-label={t.ranges.label}>
        <Suspense fallback={<Skeleton className={styles.loading} />}>
          <RangeChoice range={range} calendar={calendar} onChoose={choose} />
        </Suspense>
      </Popover.Dropdown>
    </Popover>
  );
}
