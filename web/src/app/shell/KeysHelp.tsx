import { Modal, Switch } from "@mantine/core";
import { t } from "../../texts/texts";
import { useReturnFocus } from "../../ui/useReturnFocus";
import { places } from "../places";
import { commandKey } from "./commandKey";
import styles from "./KeysHelp.module.css";
import { useSingleKeys } from "./useSingleKeys";

type KeysHelpProps = { onClose: () => void };

const anywhere: [string[], string][] = [
  [[commandKey, "K"], t.keys.palette],
  [["?"], t.keys.help],
  [["["], t.keys.fold],
  [["m"], t.keys.theme],
];
const here: [string[], string][] = [
  [["r"], t.keys.range],
  [["c"], t.keys.compare],
  [["p"], t.keys.pause],
  [[commandKey, "Z"], t.explore.undo],
];

/** All keys on one sheet. */
export default function KeysHelp({ onClose }: KeysHelpProps) {
  useReturnFocus();
  const { isOn, choose } = useSingleKeys();
  return (
    <Modal opened onClose={onClose} title={t.keys.title} size="md">
      <Switch
        className={styles.switch}
        label={t.keys.single}
        description={t.keys.singleHint}
        checked={isOn}
        onChange={(event) => choose(event.currentTarget.checked)}
      />
      <Keys title={t.keys.anywhere} keys={anywhere} />
      <Keys title={t.keys.go} keys={places.map((place) => [["g", place.key], place.label])} />
      <Keys title={t.keys.here} keys={here} />
    </Modal>
  );
}

function Keys({ title, keys }: { title: string; keys: [string[], string][] }) {
  return (
    <section className={styles.group}>
      <h3 className={styles.title}>{title}</h3>
      <dl className={styles.keys}>
        {keys.map(([signs, label]) => (
          <div key={label} className={styles.row}>
            <dt>{label}</dt>
            <dd>
              {signs.map((sign) => (
                <kbd key={sign} className={styles.key}>
                  {sign}
                </kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
