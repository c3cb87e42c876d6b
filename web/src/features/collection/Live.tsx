import { Button, Drawer } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { t } from "../../texts/texts";
import { Empty } from "../../ui/Empty";
import { Icon } from "../../ui/Icon";
import { LiveDot } from "../../ui/LiveDot";
import { Page } from "../../ui/Page";
import { ProblemNote } from "../../ui/ProblemNote";
import { SkeletonRows } from "../../ui/SkeletonRows";
import { useKey } from "../../ui/useKey";
import { ZoneNote } from "../../ui/ZoneNote";
import { ColumnsMenu } from "./ColumnsMenu";
import { usualColumns } from "./columns";
import { EventDetails } from "./EventDetails";
import { EventTable } from "./EventTable";
import styles from "./Live.module.css";
import { LiveFilters } from "./LiveFilters";
import { useLiveEvents } from "./useLiveEvents";

const route = getRouteApi("/signed-in/p/$project/data/live");

/** Events as they arrive. */
export function Live() {
  const { project } = route.useParams();
  const { id, columns, ...choice } = route.useSearch();
  const navigate = route.useNavigate();
  const [isPaused, setPaused] = useState(false);
  const live = useLiveEvents(project, choice, isPaused);
  useKey("p", () => setPaused((before) => !before));

  const open = (chosen: string | undefined) =>
    navigate({ search: (before) => ({ ...before, id: chosen }), replace: true, resetScroll: false });
  const shown = columns ?? usualColumns;
  const opened = live.rows.find((row) => row.event_id === id);
  const isLive = !isPaused && !live.newest.isError;
  const isFiltered = Object.values(choice).some((value) => value !== undefined);
  return (
    <Page
      title={t.places.live}
      lead={t.collection.liveLead}
      actions={
        <>
          <span className={styles.state} role="status">
            <LiveDot isLive={isLive} />
            {isLive ? t.collection.isLive : t.collection.isPaused}
            {isPaused && live.waiting > 0 && ` · ${t.collection.waiting(live.waiting, live.isWaitingMore)}`}
          </span>
          <ColumnsMenu
            shown={shown}
            onChange={(chosen) =>
              navigate({ search: (before) => ({ ...before, columns: chosen }), replace: true })
            }
          />
          <Button
            variant="default"
            leftSection={<Icon name={isPaused ? "playerPlay" : "playerPause"} size={16} />}
            onClick={() => setPaused(!isPaused)}
          >
            {isPaused ? t.collection.resume : t.collection.pause}
          </Button>
        </>
      }
    >
      <LiveFilters
        project={project}
        choice={choice}
        onChange={(change) => navigate({ search: { ...choice, ...change, columns }, replace: true })}
        onClear={isFiltered ? () => navigate({ search: { columns } }) : undefined}
      />
      {isPaused && live.waiting > 0 && (
        <button type="button" className={styles.news} onClick={() => setPaused(false)}>
          {t.collection.showWaiting(live.waiting, live.isWaitingMore)}
        </button>
      )}
      <section className={styles.list} aria-busy={live.newest.isPending}>
        {live.newest.isPending && (
          <div className={styles.waiting}>
            <SkeletonRows count={8} height={20} />
          </div>
        )}
        {live.newest.isError && live.rows.length === 0 && (
          <ProblemNote error={live.newest.error} onRetry={() => live.newest.refetch()} />
        )}
        {live.newest.data && live.rows.length === 0 && <NoEvents project={project} isFiltered={isFiltered} />}
        {live.rows.length > 0 && <EventTable events={live.rows} columns={shown} onOpen={open} />}
      </section>
      {live.rows.length > 0 && live.hasOlder && (
        <Button
          variant="default"
          className={styles.older}
          loading={live.isLoadingOlder}
          onClick={live.loadOlder}
        >
          {t.collection.older}
        </Button>
      )}
      <ZoneNote />
      <Drawer
        opened={opened !== undefined}
        onClose={() => open(undefined)}
        position="right"
        size={460}
        title={t.collection.details}
        overlayProps={{ backgroundOpacity: 0.18 }}
      >
        {opened && <EventDetails project={project} event={opened} />}
      </Drawer>
    </Page>
  );
}

function NoEvents({ project, isFiltered }: { project: string; isFiltered: boolean }) {
  if (isFiltered) {
    return (
      <Empty
        icon="filter"
        title={t.collection.emptyFiltered}
        hint={t.collection.emptyFilteredHint}
        action={
          <Button
            variant="default"
            renderRoot={(props) => (
              <route.Link {...props} to="/p/$project/live" params={{ project }} search={{}} />
            )}
          >
            {t.collection.showAll}
          </Button>
        }
      />
    );
  }
  return (
    <Empty
      icon="activity"
      title={t.collection.empty}
      hint={t.collection.emptyHint}
      action={
        <Button renderRoot={(props) => <route.Link {...props} to="/p/$project/send" params={{ project }} />}>
          {t.places.send}
        </Button>
      }
    />
  );
}
