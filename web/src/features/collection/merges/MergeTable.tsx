import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { PersonMerge } from "../../../api/types";
import { t } from "../../../texts/texts";
import { Ago } from "../../../ui/Ago";
import { Table } from "../../../ui/Table";
import styles from "./Merges.module.css";
import { shortId } from "./shortId";

type MergeTableProps = {
  project: string;
  merges: PersonMerge[];
  onUndo?: (merge: PersonMerge) => void;
};

/** Returns the id of the element that says whether a merge holds. */
export function stateId(merge: PersonMerge): string {
  return `state-${merge.id}`;
}

/** Merges in rows, each told as a sentence. */
export function MergeTable({ project, merges, onUndo }: MergeTableProps) {
  const columns = t.merges.columns;
  return (
    <Table
      label={t.places.merges}
      rows={merges}
      keyOf={(merge) => merge.id}
      columns={[
        {
          name: columns.merge,
          cell: (merge) => (
            <span className={styles.sentence} data-undone={Boolean(merge.undone_at) || undefined}>
              <Id project={project} id={merge.from_user_id} />{" "}
              <span className={styles.became}>{t.merges.became}</span>{" "}
              <Id project={project} id={merge.into_user_id} />
            </span>
          ),
        },
        { name: columns.said, cell: (merge) => <Said kind={merge.kind} /> },
        { name: columns.time, cell: (merge) => <Ago time={merge.merged_at} /> },
        { name: columns.state, cell: (merge) => <State merge={merge} /> },
      ]}
      menu={
        onUndo &&
        ((merge) =>
          !merge.undone_at && (
            <Button
              size="compact-sm"
              variant="default"
              aria-label={t.merges.undoOne(t.merges.sentence(merge.from_user_id, merge.into_user_id))}
              onClick={() => onUndo(merge)}
            >
              {t.merges.undo}
            </Button>
          ))
      }
    />
  );
}

/** A distinct id, which leads to its events. */
function Id({ project, id }: { project: string; id: string }) {
  return (
    <Link
      to="/p/$project/live"
      params={{ project }}
      search={{ person: id }}
      className={styles.id}
      title={t.merges.events(id)}
      aria-label={id}
    >
      {/* Ids may be of any script: each keeps its own direction to itself. */}
      <bdi>{shortId(id)}</bdi>
    </Link>
  );
}

function Said({ kind }: { kind: string }) {
  const known = t.merges.kinds[kind];
  return (
    <span className={styles.said}>
      {known?.name ?? kind}
      {known && <span className={styles.faint}>{known.hint}</span>}
    </span>
  );
}

function State({ merge }: { merge: PersonMerge }) {
  return (
    <span id={stateId(merge)} className={styles.states} tabIndex={-1}>
      <span className={styles.state} data-undone={Boolean(merge.undone_at) || undefined}>
        {merge.undone_at ? t.merges.undone : t.merges.holds}
      </span>
      {merge.undone_at && (
        <span className={styles.faint}>
          <Ago time={merge.undone_at} />
        </span>
      )}
    </span>
  );
}
