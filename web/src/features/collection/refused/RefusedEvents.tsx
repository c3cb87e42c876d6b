import { Button, Drawer } from "@mantine/core";
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { RejectedGroup } from "../../../api/types";
import { useProject } from "../../../app/shell/useProject";
import { t } from "../../../texts/texts";
import { Card } from "../../../ui/Card";
import { Empty } from "../../../ui/Empty";
import { ProblemNote } from "../../../ui/ProblemNote";
import { SkeletonRows } from "../../../ui/SkeletonRows";
import { ZoneNote } from "../../../ui/ZoneNote";
import { may } from "../../tenancy/settings/sections";
import { refusedQuery, refusedSummaryQuery } from "./api";
import { DiscardDialog, type Discarding } from "./DiscardDialog";
import { Filters } from "./Filters";
import { Groups } from "./Groups";
import { MendDialog, type Mending } from "./MendDialog";
import styles from "./Refused.module.css";
import { RefusedDetails } from "./RefusedDetails";
import { RefusedTable } from "./RefusedTable";
import { filterOf, isFiltered, type RefusedSearch } from "./search";

type RefusedEventsProps = {
  project: string;
  search: RefusedSearch;
  onSearch: (search: RefusedSearch) => void;
};

/** Refused events: what is wrong with how many, and each of them. */
export function RefusedEvents({ project, search, onSearch }: RefusedEventsProps) {
  const { project: inSight } = useProject();
  const list = useInfiniteQuery({ ...refusedQuery(project, search), placeholderData: keepPreviousData });
  const summary = useQuery({ ...refusedSummaryQuery(project, search), placeholderData: keepPreviousData });
  const [mending, setMending] = useState<Mending>();
  const [discarding, setDiscarding] = useState<Discarding>();
  const events = list.data?.pages.flatMap((page) => page.items) ?? [];
  const open = (id: string | undefined) => onSearch({ ...search, id });
  const mayMend = inSight !== undefined && may(inSight, "events:create") && may(inSight, "events:edit");
  const mayDiscard = inSight !== undefined && may(inSight, "events:delete");
  const filter = filterOf(search);
  const total = summary.data?.total ?? 0;
  const isEmpty = list.data !== undefined && events.length === 0;
  return (
    <>
      {(!isEmpty || isFiltered(search)) && (
        <Filters search={search} onSearch={onSearch} groups={summary.data?.items ?? []} />
      )}
      {summary.data && summary.data.items.length > 0 && (
        <Groups
          groups={summary.data.items}
          onShow={(group) => onSearch({ ...search, ...only(group) })}
          onMend={
            mayMend
              ? (group) =>
                  setMending({
                    filter: { ...filter, ...only(group) },
                    field: group.field,
                    count: group.count,
                  })
              : undefined
          }
          onDiscard={
            mayDiscard
              ? (group) => setDiscarding({ filter: { ...filter, ...only(group) }, count: group.count })
              : undefined
          }
        />
      )}
      <Card
        flush
        title={events.length > 0 && t.refused.events}
        actions={
          events.length > 0 && (
            <div className={styles.buttons}>
              {mayMend && (
                <Button
                  size="compact-sm"
                  variant="default"
                  onClick={() => setMending({ filter, field: "", count: total })}
                >
                  {t.refused.mendShown}
                </Button>
              )}
              {mayDiscard && (
                <Button
                  size="compact-sm"
                  variant="default"
                  onClick={() => setDiscarding({ filter, count: total })}
                >
                  {t.refused.discardShown}
                </Button>
              )}
            </div>
          )
        }
      >
        <div
          aria-busy={list.isFetching}
          data-stale={list.isPlaceholderData || undefined}
          className={styles.list}
        >
          {list.isPending && (
            <div className={styles.waiting}>
              <SkeletonRows count={8} height={20} />
            </div>
          )}
          {list.isError && <ProblemNote error={list.error} onRetry={() => list.refetch()} />}
          {isEmpty && <Nothing search={search} onSearch={onSearch} />}
          {events.length > 0 && <RefusedTable events={events} onOpen={open} />}
          {events.length > 0 && <ZoneNote />}
        </div>
      </Card>
      {list.hasNextPage && (
        <Button
          variant="default"
          className={styles.older}
          loading={list.isFetchingNextPage}
          onClick={() => list.fetchNextPage()}
        >
          {t.refused.older}
        </Button>
      )}
      <Drawer
        opened={search.id !== undefined}
        onClose={() => open(undefined)}
        position="right"
        size={560}
        title={t.refused.details}
        overlayProps={{ backgroundOpacity: 0.18 }}
      >
        {search.id && (
          <RefusedDetails
            key={search.id}
            project={project}
            id={search.id}
            mayMend={mayMend}
            onDiscard={mayDiscard ? setDiscarding : undefined}
            onDone={() => open(undefined)}
          />
        )}
      </Drawer>
      {mending && <MendDialog project={project} mending={mending} onClose={() => setMending(undefined)} />}
      {discarding && (
        <DiscardDialog
          project={project}
          discarding={discarding}
          onDone={() => open(undefined)}
          onClose={() => setDiscarding(undefined)}
        />
      )}
    </>
  );
}

/** The filter for one group. */
function only({ code, field, event_name }: RejectedGroup) {
  return { code, field, event: event_name };
}

function Nothing({ search, onSearch }: Pick<RefusedEventsProps, "search" | "onSearch">) {
  if (!isFiltered(search))
    return <Empty icon="circleCheck" title={t.refused.empty} hint={t.refused.emptyHint} />;
  return (
    <Empty
      icon="filter"
      title={t.refused.emptyFiltered}
      hint={t.refused.emptyFilteredHint}
      action={
        <Button variant="default" onClick={() => onSearch({})}>
          {t.refused.clear}
        </Button>
      }
    />
  );
}
