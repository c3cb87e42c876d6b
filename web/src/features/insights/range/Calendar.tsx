import { DatePicker } from "@mantine/dates";
import "@mantine/dates/styles.layer.css";
import { useState } from "react";
import type { Range, WeekStart } from "../../../api/types";
import { t } from "../../../texts/texts";

type CalendarProps = { range: Range; weekStart: WeekStart; onChoose: (range: Range) => void };

/** Two clicks on days make a range. */
export default function Calendar({ range, weekStart, onChoose }: CalendarProps) {
  const known: [string | null, string | null] =
    range.kind === "dates" ? [range.from, range.to] : [null, null];
  const [dates, setDates] = useState(known);
  const choose = ([from, to]: [string | null, string | null]) => {
    setDates([from, to]);
    if (from && to) onChoose({ kind: "dates", from, to });
  };
  return (
    <DatePicker
      type="range"
      size="sm"
      weekendDays={[]}
      hideOutsideDates
      ariaLabels={t.calendar}
      firstDayOfWeek={weekStart === "sunday" ? 0 : 1}
      allowSingleDateInRange
      maxDate={new Date().toISOString().slice(0, 10)}
      defaultDate={dates[1] ?? undefined}
      value={dates}
      onChange={choose}
    />
  );
}
