import { Button, SegmentedControl, Select } from "@mantine/core";
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { t } from "../../texts/texts";
import { Empty } from "../../ui/Empty";
import { LiveDot } from "../../ui/LiveDot";
import { Page } from "../../ui/Page";
import { ProblemNote } from "../../ui/ProblemNote";
import { SearchField } from "../../ui/SearchField";
import { SkeletonRows } from "../../ui/SkeletonRows";
import { componentsQuery, logsQuery } from "./api";
import { LogLine } from "./LogLine";
import styles from "./SystemLogs.module.css";
import type { LogSearch } from "./search";

const route = getRouteApi("/signed-in/admin/logs");

/** Warnings and errors of all servers, as they come. */
export function SystemLogs() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const query = useInfiniteQuery({ ...logsQuery(search), placeholderData: keepPreviousData });
  const lines = query.data?.pages.flatMap((page) => page.items) ?? [];
  const isFiltered = Object.values(search).some((value) => value !== undefined);
  const filter = (change: LogSearch) =>
    navigate({ search: (before) => ({ ...before, ...change }), replace: true, resetScroll: false });
  return (
    <Page
      title={t.system.tabs.logs}
      lead={t.system.logLead}
      actions={
        <span className={styles.state} role="status">
          <LiveDot isLive={!query.isError} />
          {query.isError ? t.collection.isPaused : t.collection.isLive}
        </span>
      }
    >
      <Filters search={search} onFilter={filter} />
      <section
        className={styles.list}
        aria-busy={query.isPending}
        data-stale={query.isPlaceholderData || undefined}
      >
        {query.isPending && (
          <div className={styles.waiting}>
            <SkeletonRows count={8} height={20} />
          </div>
        )}
        {query.isError && lines.length === 0 && (
          <ProblemNote error={query.error} onRetry={() => query.refetch()} />
        )}
        {query.data && lines.length === 0 && (
          <Empty
            icon={isFiltered ? "filter" : "circleCheck"}
            title={isFiltered ? t.system.logEmptyFiltered : t.system.logEmpty}
            hint={isFiltered ? undefined : t.system.logEmptyHint}
          />
        )}
        {lines.length > 0 && (
          <ol className={styles.lines}>
            {lines.map((line) => (
              <LogLine key={line.id} line={line} />
            ))}
          </ol>
        )}
      </section>
      {query.hasNextPage && (
        <Button
          variant="default"
          className={styles.older}
          loading={query.isFetchingNextPage}
          onClick={() => query.fetchNextPage()}
        >
          {t.system.older}
        </Button>
      )}
    </Page>
  );
}

type FiltersProps = { search: LogSearch; onFilter: (change: LogSearch) => void };

function Filters({ search, onFilter }: FiltersProps) {
  const components = useQuery(componentsQuery);
  return (
    <div className={styles.filters}>
      <SegmentedControl
        aria-label={t.system.levelLabel}
        value={search.level ?? "all"}
        onChange={(level) => onFilter({ level: level === "all" ? undefined : (level as LogSearch["level"]) })}
        data={[
          { value: "all", label: t.system.allLevels },
          { value: "warn", label: t.system.levels.warn },
          { value: "error", label: t.system.levels.error },
        ]}
      />
      <Select
        className={styles.component}
        aria-label={t.system.component}
        placeholder={t.system.allComponents}
        data={components.data ?? (search.component ? [search.component] : [])}
        value={search.component ?? null}
        onChange={(component) => onFilter({ component: component ?? undefined })}
        clearable
      />
      <SearchField
        className={styles.search}
        label={t.system.search}
        value={search.text}
        onSearch={(text) => onFilter({ text })}
      />
    </div>
  );
}
