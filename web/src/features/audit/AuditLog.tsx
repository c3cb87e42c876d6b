import { Button } from "@mantine/core";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { t } from "../../texts/texts";
import { Empty } from "../../ui/Empty";
import { Icon } from "../../ui/Icon";
import { ProblemNote } from "../../ui/ProblemNote";
import { SkeletonRows } from "../../ui/SkeletonRows";
import { ZoneNote } from "../../ui/ZoneNote";
import styles from "./AuditLog.module.css";
import { AuditRow } from "./AuditRow";
import { auditQuery, exportAddress, type Whose } from "./api";
import { Filters } from "./Filters";
import type { AuditSearch } from "./search";

type AuditLogProps = { whose: Whose; search: AuditSearch; onSearch: (search: AuditSearch) => void };

/** Who did what, newest first. */
export function AuditLog({ whose, search, onSearch }: AuditLogProps) {
  const query = useInfiniteQuery({ ...auditQuery(whose, search), placeholderData: keepPreviousData });
  const entries = query.data?.pages.flatMap((page) => page.items) ?? [];
  const isFiltered = Object.values(search).some((value) => value !== undefined);
  const filter = (change: AuditSearch) => onSearch({ ...search, ...change });
  return (
    <>
      <Filters whose={whose} search={search} onSearch={onSearch} known={entries} />
      <section
        className={styles.list}
        aria-busy={query.isFetching}
        data-stale={query.isPlaceholderData || undefined}
      >
        {query.isPending && (
          <div className={styles.waiting}>
            <SkeletonRows count={8} height={20} />
          </div>
        )}
        {query.isError && <ProblemNote error={query.error} onRetry={() => query.refetch()} />}
        {query.data && entries.length === 0 && (
          <Empty
            icon="filter"
            title={isFiltered ? t.audit.emptyFiltered : t.audit.empty}
            hint={isFiltered ? t.audit.emptyFilteredHint : t.audit.emptyHint}
            action={
              isFiltered && (
                <Button variant="default" onClick={() => onSearch({})}>
                  {t.audit.clear}
                </Button>
              )
            }
          />
        )}
        {entries.length > 0 && (
          <ol className={styles.rows}>
            {entries.map((entry) => (
              <AuditRow key={entry.id} entry={entry} onFilter={filter} />
            ))}
          </ol>
        )}
      </section>
      <ZoneNote />
      {query.hasNextPage && (
        <Button
          variant="default"
          className={styles.older}
          loading={query.isFetchingNextPage}
          onClick={() => query.fetchNextPage()}
        >
          {t.audit.older}
        </Button>
      )}
    </>
  );
}

/** Saves what the filters leave as a file. */
export function Exports({ whose, search }: { whose: Whose; search: AuditSearch }) {
  const formats = [
    ["csv", t.audit.exportCsv],
    ["ndjson", t.audit.exportNdjson],
  ] as const;
  return formats.map(([format, label]) => (
    <Button
      key={format}
      component="a"
      variant="default"
      href={exportAddress(whose, search, format)}
      download
      aria-label={t.audit.exportAs(label)}
      leftSection={<Icon name="download" size={16} />}
    >
      {label}
    </Button>
  ));
}
