import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import type { Condition, Range } from "../../api/types";
import { t } from "../../texts/texts";
import { Card } from "../../ui/Card";
import { ProblemNote } from "../../ui/ProblemNote";
import { SkeletonRows } from "../../ui/SkeletonRows";
import { trendsQuery } from "../insights/api";
import type { Where } from "../insights/question/where";
import styles from "./Panel.module.css";
import { PanelRows, rowsOf } from "./PanelRows";
import { PanelTabs } from "./PanelTabs";
import { panelRows, panelTrends, refreshMs, waitingMs } from "./questions";

const PanelDialog = lazy(() => import("./PanelDialog").then(({ PanelDialog }) => ({ default: PanelDialog })));

type PanelProps = {
  project: string;
  range: Range;
  where: Where;
  title: string;
  /** The properties to choose from, with what they are called here. */
  tabs: Record<string, string>;
  tab: string;
  onTab?: (tab: string) => void;
  visitors: number | null;
  onFilter: (condition: Condition) => void;
};

/** The most frequent values of a property; a click on one filters the whole page. */
export function Panel({ project, range, where, title, tabs, tab, onTab, visitors, onFilter }: PanelProps) {
  const property = tab in tabs ? tab : (Object.keys(tabs)[0] ?? tab);
  const query = useQuery({
    ...trendsQuery(project, panelTrends(property, range, where)),
    refetchInterval: ({ state }) => (state.data ? refreshMs : waitingMs),
  });
  const [isOpen, setIsOpen] = useState(false);
  const rows = query.data ? rowsOf(query.data) : [];
  const isMore =
    rows.length > panelRows || query.data?.lines.some((line) => line.breakdown?.kind === "other");
  const isTabbed = onTab && Object.keys(tabs).length > 1;
  return (
    <Card
      title={title}
      actions={isTabbed ? <PanelTabs tabs={tabs} tab={property} label={title} onTab={onTab} /> : undefined}
    >
      <div
        className={styles.room}
        data-stale={query.isPlaceholderData || undefined}
        aria-busy={query.isFetching}
      >
        {query.isPending && <SkeletonRows count={panelRows} height={24} />}
        {query.isLoadingError && <ProblemNote error={query.error} onRetry={() => query.refetch()} />}
        {query.data && (
          <PanelRows
            rows={rows.slice(0, panelRows)}
            property={property}
            visitors={visitors}
            onFilter={onFilter}
          />
        )}
      </div>
      {isMore && (
        <div className={styles.more}>
          <Button
            size="compact-sm"
            variant="subtle"
            color="gray"
            aria-label={`${t.home.more}: ${tabs[property] ?? title}`}
            onClick={() => setIsOpen(true)}
          >
            {t.home.more}
          </Button>
        </div>
      )}
      {isOpen && (
        <Suspense>
          <PanelDialog
            {...{ project, range, where, property, visitors }}
            title={tabs[property] ?? title}
            onFilter={(condition) => {
              setIsOpen(false);
              onFilter(condition);
            }}
            onClose={() => setIsOpen(false)}
          />
        </Suspense>
      )}
    </Card>
  );
}
