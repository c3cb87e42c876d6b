import { useQuery } from "@tanstack/react-query";
import { problemOf } from "../../../api/problem";
import { locale, t } from "../../../texts/texts";
import { Ago } from "../../../ui/Ago";
import { Card } from "../../../ui/Card";
import { Empty } from "../../../ui/Empty";
import { ProblemNote } from "../../../ui/ProblemNote";
import { SkeletonRows } from "../../../ui/SkeletonRows";
import { Table } from "../../../ui/Table";
import { warningsQuery } from "./api";
import { refusedName } from "./names";
import styles from "./Refused.module.css";

/** What is doubtful about events that are stored, by kind, with samples. */
export function Warnings({ project }: { project: string }) {
  const query = useQuery(warningsQuery(project));
  if (query.isPending) {
    return (
      <Card>
        <SkeletonRows count={6} />
      </Card>
    );
  }
  if (query.isError) {
    const isLimited = problemOf(query.error).code === "rows_limited";
    return (
      <Card>
        {isLimited ? (
          <Empty icon="lock" title={t.refused.warningsLimited} hint={t.refused.warningsLimitedHint} />
        ) : (
          <ProblemNote error={query.error} onRetry={() => query.refetch()} />
        )}
      </Card>
    );
  }
  if (query.data.length === 0) {
    return (
      <Card>
        <Empty icon="circleCheck" title={t.refused.noWarnings} hint={t.refused.noWarningsHint} />
      </Card>
    );
  }
  const columns = t.refused.warningColumns;
  return query.data.map(({ kind, count, samples }) => {
    const known = t.refused.kinds[kind];
    return (
      <Card
        key={kind}
        title={known?.title ?? kind}
        actions={
          <span className={styles.kindCount}>{t.refused.times(count, count.toLocaleString(locale))}</span>
        }
      >
        {known && <p className={styles.kindHint}>{known.hint}</p>}
        <Table
          label={known?.title ?? kind}
          rows={samples}
          keyOf={(sample) => `${sample.event_name} ${sample.property}`}
          columns={[
            { name: columns.event, cell: (sample) => <Name of={sample.event_name} /> },
            { name: columns.what, cell: (sample) => sample.details },
            { name: columns.person, cell: (sample) => <code>{sample.user_id}</code> },
            { name: columns.count, cell: (sample) => sample.count.toLocaleString(locale) },
            { name: columns.last, cell: (sample) => <Ago time={sample.last_seen_at} /> },
          ]}
        />
      </Card>
    );
  });
}

/** Names may have 200 characters: the beginning tells them apart, the rest shows on hover. */
function Name({ of }: { of: string }) {
  return (
    <span className={styles.long} title={of}>
      {refusedName(of)}
    </span>
  );
}
