import { ActionIcon, Button, Tooltip } from "@mantine/core";
import type { Interval } from "../../api/types";
import { t } from "../../texts/texts";
import { Icon } from "../../ui/Icon";
import type { IconName } from "../../ui/iconPaths";
import { Picker } from "../../ui/Picker";
import type { ProjectCalendar } from "../tenancy/useProjectCalendar";
import { type ChartChoice, chartChoices, effectiveInterval, type Question } from "./question/question";
import { RangePicker } from "./range/RangePicker";
import { usefulIntervals } from "./range/range";
import styles from "./Toolbar.module.css";
import { TrafficPicker } from "./TrafficPicker";

type ToolbarProps = { question: Question; calendar: ProjectCalendar; onChange: (question: Question) => void };

const icons: Record<ChartChoice, IconName> = {
  line: "chartLine",
  area: "chartAreaLine",
  bar: "chartBar",
  stacked: "chartHistogram",
  pie: "chartDonut",
  number: "number123",
  table: "table",
};

const compares = (["none", "period", "year"] as const).map((value) => ({
  value,
  label: t.ranges.compareChoices[value],
}));

/** From when to when, how fine, against what, drawn how. */
export function Toolbar({ question, calendar, onChange }: ToolbarProps) {
  const interval = effectiveInterval(question);
  const intervals = usefulIntervals(question.range).map((value) => ({ value, label: t.intervals[value] }));
  const compared = question.isCompared ? (question.isYearBefore ? "year" : "period") : "none";
  return (
    <div className={styles.toolbar}>
      <div className={styles.group}>
        <RangePicker
          range={question.range}
          calendar={calendar}
          onChange={(range) => onChange({ ...question, range })}
        />
        <Picker
          label={t.explore.intervalLabel}
          groups={[{ choices: intervals }]}
          value={interval}
          width={140}
          onPick={(value) => onChange({ ...question, interval: value as Interval })}
        >
          {(open) => (
            <Button variant="default" rightSection={<Icon name="chevronDown" size={14} />} onClick={open}>
              {t.intervals[interval]}
            </Button>
          )}
        </Picker>
        <Picker
          label={t.ranges.compareWith}
          groups={[{ choices: compares }]}
          value={compared}
          width={190}
          onPick={(value) =>
            onChange({
              ...question,
              isCompared: value !== "none",
              isYearBefore: value === "year" || undefined,
            })
          }
        >
          {(open) => (
            <Button
              variant={question.isCompared ? "light" : "default"}
              leftSection={<Icon name="repeat" size={16} />}
              rightSection={<Icon name="chevronDown" size={14} />}
              onClick={open}
            >
              {compared === "none" ? t.ranges.compareShort : t.ranges.compareChoices[compared]}
            </Button>
          )}
        </Picker>
        <TrafficPicker
          value={question.traffic}
          usual="people"
          onPick={(traffic) => onChange({ ...question, traffic })}
        />
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset can't be laid out in this row */}
      <div className={styles.kinds} role="group" aria-label={t.explore.kindLabel}>
        {chartChoices.map((choice) => (
          <Tooltip key={choice} label={t.explore.kinds[choice]}>
            <ActionIcon
              variant="transparent"
              className={styles.kind}
              aria-label={t.explore.kinds[choice]}
              aria-pressed={question.chart === choice}
              onClick={() => onChange({ ...question, chart: choice })}
            >
              <Icon name={icons[choice]} size={17} />
            </ActionIcon>
          </Tooltip>
        ))}
      </div>
    </div>
  );
}
