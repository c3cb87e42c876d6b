import { ActionIcon, Menu, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { t } from "../../../texts/texts";
import { Icon } from "../../../ui/Icon";
import { Picker } from "../../../ui/Picker";
import { Pill } from "../../../ui/Pill";
import { eventName, propertyName } from "../properties";
import {
  letterOf,
  type MeasureKind,
  measureKinds,
  measureOf,
  propertyOf,
  type SeriesState,
} from "../question/question";
import styles from "./Builder.module.css";
import { anyEvent, useEventChoices, usePropertyChoices } from "./useCatalogue";
import { WhereLine } from "./WhereLine";

type SeriesRowProps = {
  project: string;
  index: number;
  series: SeriesState;
  color?: string;
  canRemove: boolean;
  canDuplicate: boolean;
  onChange: (series: SeriesState) => void;
  onRemove: () => void;
  onDuplicate: () => void;
};

const measures = [
  {
    choices: measureKinds.map((kind) => ({
      value: kind,
      label: t.explore.measures[kind],
      hint: t.explore.measureHints[kind],
    })),
  },
];

/** One series as a sentence: show unique people who did sign up where plan is pro. */
export function SeriesRow(props: SeriesRowProps) {
  const { project, index, series, color, onChange } = props;
  const [isNaming, naming] = useDisclosure(series.name !== undefined);
  const events = useEventChoices(project);
  const property = propertyOf(series.measure);
  const kind = series.measure.kind;
  const link = property === undefined ? t.explore.links[kind as "count"] : t.explore.links.property;
  const letter = letterOf(index);
  return (
    <div className={styles.row}>
      <span
        className={styles.letter}
        style={color ? { background: color, color: "var(--surface)" } : undefined}
      >
        {letter}
      </span>
      <div className={styles.sentence}>
        <span className={styles.word}>{t.explore.show}</span>
        <Picker
          label={`${letter}: ${t.explore.measures[kind]}`}
          groups={measures}
          value={kind}
          width={230}
          onPick={(picked) =>
            onChange({ ...series, measure: measureOf(picked as MeasureKind, property ?? "") })
          }
        >
          {(open) => <Pill onClick={open}>{t.explore.measures[kind]}</Pill>}
        </Picker>
        {property !== undefined && (
          <MeasuredProperty
            project={project}
            event={series.event}
            property={property}
            onPick={(picked) => onChange({ ...series, measure: measureOf(kind, picked) })}
          />
        )}
        {link && <span className={styles.word}>{link}</span>}
        <Picker
          label={t.explore.chooseEvent}
          groups={events.groups}
          loading={events.isLoading}
          value={series.event ?? anyEvent}
          searchable
          searchLabel={t.explore.searchEvents}
          typed={t.catalogue.useTyped}
          onPick={(picked) => onChange({ ...series, event: picked === anyEvent ? undefined : picked })}
        >
          {(open) => (
            <Pill tone="accent" onClick={open}>
              {eventName(series.event)}
              <Icon name="chevronDown" size={13} />
            </Pill>
          )}
        </Picker>
        <WhereLine
          project={project}
          where={series.where}
          event={series.event}
          addLabel={t.explore.where}
          isQuiet
          onChange={(where) => onChange({ ...series, where })}
        />
        {isNaming && (
          <TextInput
            size="xs"
            w={150}
            aria-label={t.explore.seriesName}
            placeholder={t.explore.seriesName}
            value={series.name ?? ""}
            onChange={(event) => onChange({ ...series, name: event.currentTarget.value || undefined })}
          />
        )}
      </div>
      <RowMenu {...props} onRename={naming.open} />
    </div>
  );
}

type MeasuredPropertyProps = {
  project: string;
  event?: string;
  property: string;
  onPick: (property: string) => void;
};

function MeasuredProperty({ project, event, property, onPick }: MeasuredPropertyProps) {
  const { groups, isLoading } = usePropertyChoices(project, event, "number");
  return (
    <>
      <span className={styles.word}>{t.explore.of}</span>
      <Picker
        label={t.explore.chooseProperty}
        groups={groups}
        loading={isLoading}
        value={property}
        searchable
        searchLabel={t.explore.searchProperties}
        typed={t.catalogue.useTyped}
        startOpen={property === ""}
        onPick={onPick}
      >
        {(open) => (
          <Pill tone={property ? "plain" : "missing"} onClick={open}>
            {property ? propertyName(property) : t.explore.chooseProperty}
          </Pill>
        )}
      </Picker>
    </>
  );
}

function RowMenu({
  index,
  canRemove,
  canDuplicate,
  onRemove,
  onDuplicate,
  onRename,
}: SeriesRowProps & { onRename: () => void }) {
  return (
    <Menu position="bottom-end" width={190}>
      <Menu.Target>
        <ActionIcon size="md" aria-label={`${t.words.more}: ${letterOf(index)}`}>
          <Icon name="dots" size={17} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<Icon name="pencil" size={16} />} onClick={onRename}>
          {t.explore.renameSeries}
        </Menu.Item>
        <Menu.Item
          leftSection={<Icon name="copy" size={16} />}
          onClick={onDuplicate}
          disabled={!canDuplicate}
        >
          {t.explore.duplicate}
        </Menu.Item>
        <Menu.Item leftSection={<Icon name="trash" size={16} />} onClick={onRemove} disabled={!canRemove}>
          {t.explore.removeSeries}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
