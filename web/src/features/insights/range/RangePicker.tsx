import { Button, NumberInput, Popover, Select, Skeleton } from "@mantine/core";
import { useDisclosure, useHotkeys } from "@mantine/hooks";
import { lazy, Suspense, useState } from "react";
import type { Range, Unit } from "../../../api/types";
import { t } from "../../../texts/texts";
import { Icon } from "../../../ui/Icon";
import type { ProjectCalendar } from "../../tenancy/useProjectCalendar";
import styles from "./RangePicker.module.css";
import { presets, writeRange } from "./range";
import { rangeName } from "./rangeName";

const Calendar = lazy(() => import("./Calendar"));

type RangePickerProps = { range: Range; calendar: ProjectCalendar; onChange: (range: Range) => void };

const units: Unit[] = ["hour", "day", "week", "month"];

/** From when to when: what is often asked, any number of units, or two dates. */
export function RangePicker({ range, calendar, onChange }: RangePickerProps) {
  const [isOpen, popover] = useDisclosure();
  useHotkeys([["r", popover.toggle]]);
  const choose = (chosen: Range) => {
    onChange(chosen);
    popover.close();
  };
  return (
    <Popover
      opened={isOpen}
      onChange={(open) => (open ? popover.open() : popover.close())}
      position="bottom-end"
      trapFocus
      returnFocus
    >
      <Popover.Target>
        <Button
          variant="default"
          leftSection={<Icon name="calendar" size={16} />}
          rightSection={<Icon name="chevronDown" size={14} />}
          onClick={popover.toggle}
          aria-label={`${t.ranges.label}: ${rangeName(range)}`}
        >
          {rangeName(range)}
        </Button>
      </Popover.Target>
      <Popover.Dropdown className={styles.dropdown} aria-label={t.ranges.label}>
        <div className={styles.columns}>
          <div className={styles.presets}>
            {presets.map((preset) => (
              <button
                type="button"
                key={writeRange(preset)}
                className={styles.preset}
                aria-pressed={writeRange(preset) === writeRange(range)}
                data-autofocus={writeRange(preset) === writeRange(range) || undefined}
                onClick={() => choose(preset)}
              >
                {rangeName(preset)}
              </button>
            ))}
            <LastUnits onChoose={choose} />
          </div>
          <div className={styles.calendar}>
            <Suspense fallback={<Skeleton width={252} height={290} />}>
              <Calendar range={range} weekStart={calendar.weekStart} onChoose={choose} />
            </Suspense>
          </div>
        </div>
        <p className={styles.foot}>
          {t.ranges.zone(calendar.zone)}. {t.ranges.includesToday}
        </p>
      </Popover.Dropdown>
    </Popover>
  );
}

function LastUnits({ onChoose }: { onChoose: (range: Range) => void }) {
  const [count, setCount] = useState<number | string>(14);
  const [unit, setUnit] = useState<Unit>("day");
  return (
    <form
      className={styles.last}
      onSubmit={(event) => {
        event.preventDefault();
        onChoose({ kind: "last", count: Math.max(1, Number(count) || 1), unit });
      }}
    >
      <span>{t.ranges.lastN}</span>
      <NumberInput
        aria-label={t.ranges.lastN}
        size="xs"
        w={52}
        min={1}
        max={999}
        hideControls
        value={count}
        onChange={setCount}
      />
      <Select
        aria-label={t.intervalUnits.day}
        size="xs"
        w={88}
        value={unit}
        onChange={(value) => setUnit((value as Unit) ?? "day")}
        data={units.map((value) => ({ value, label: t.ranges.units[value] }))}
        comboboxProps={{ withinPortal: false }}
        allowDeselect={false}
      />
      <Button type="submit" size="compact-xs" variant="light">
        {t.ranges.apply}
      </Button>
    </form>
  );
}
