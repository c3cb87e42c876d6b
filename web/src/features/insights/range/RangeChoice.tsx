import { Button, NumberInput, Select } from "@mantine/core";
import { useState } from "react";
import type { Range, Unit } from "../../../api/types";
import { t } from "../../../texts/texts";
import type { ProjectCalendar } from "../../tenancy/useProjectCalendar";
import Calendar from "./Calendar";
import styles from "./RangePicker.module.css";
import { presets, writeRange } from "./range";
import { rangeName } from "./rangeName";

type RangeChoiceProps = { range: Range; calendar: ProjectCalendar; onChoose: (range: Range) => void };

const units: Unit[] = ["hour", "day", "week", "month"];

/** What is often asked, any number of units, or two dates; loaded when the picker opens. */
export default function RangeChoice({ range, calendar, onChoose }: RangeChoiceProps) {
  return (
    <>
      <div className={styles.columns}>
        <div className={styles.presets}>
          {presets.map((preset) => (
            <button
              type="button"
              key={writeRange(preset)}
              className={styles.preset}
              aria-pressed={writeRange(preset) === writeRange(range)}
              data-autofocus={writeRange(preset) === writeRange(range) || undefined}
              onClick={() => onChoose(preset)}
            >
              {rangeName(preset)}
            </button>
          ))}
          <LastUnits onChoose={onChoose} />
        </div>
        <div className={styles.calendar}>
          <Calendar range={range} weekStart={calendar.weekStart} onChoose={onChoose} />
        </div>
      </div>
      <p className={styles.foot}>
        {t.ranges.zone(calendar.zone)}. {t.ranges.includesToday}
      </p>
    </>
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
