import { Button, Drawer } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { t } from "../../texts/texts";
import { Empty } from "../../ui/Empty";
import { Icon } from "../../ui/Icon";
import { LiveDot } from "../../ui/LiveDot";
import { Page } from "../../ui/Page";
import { Picker } from "../../ui/Picker";
import { ProblemNote } from "../../ui/ProblemNote";
import { SkeletonRows } from "../../ui/SkeletonRows";
import { anyEvent, useEventChoices } from "../insights/builder/useCatalogue";
import { eventName } from "../insights/properties";
import { EventDetails } from "./EventDetails";
import { EventTable } from "./EventTable";
import styles from "./Live.module.css";
import { useLiveEvents } from "./useLiveEvents";

const route = getRouteApi("/signed-in/p/$project/live");

/** Events as they arrive. */
export function Live() {
  const { project } = route.useParams();
  const { event, id } = route.useSearch();
  const navigate = route.useNavigate();
  const [isPaused, setPaused] = useState(false);
  const live = useLiveEvents(project, event, isPaused);
  const choices = useEventChoices(project);
  useHotkeys([["p", () => setPaused((before) => !before)]]);

  const open = (chosen: string | undefined) =>
    navigate({ search: (before) => ({ ...before, id: chosen }), replace: true, resetScroll: false });
  const opened = live.rows.find((row) => row.event_id === id);
  const isLive = !isPaused && !live.newest.isError;
  return (
    <Page
      title={t.places.live}
      lead={t.collection.liveLead}
      actions={
        <>
          <span className={styles.state} role="status">
            <LiveDot isLive={isLive} />
            {isLive ? t.collection.isLive : t.collection.isPaused}
            {isPaused && live.waiting > 0 && ` · ${t.collection.waiting(live.waiting)}`}
          </span>
          <Picker
            label={t.collection.filterEvent}
            groups={choices.groups}
            loading={choices.isLoading}
            value={event ?? anyEvent}
            searchable
            searchLabel={t.explore.searchEvents}
            typed={t.catalogue.useTyped}
            onPick={(picked) => navigate({ search: picked === anyEvent ? {} : { event: picked } })}
          >
            {(toggle) => (
              <Button
                variant={event === undefined ? "default" : "light"}
                leftSection={<Icon name="filter" size={16} />}
                rightSection={<Icon name="chevronDown" size={14} />}
                onClick={toggle}
              >
                {event === undefined ? t.collection.allEvents : eventName(event)}
              </Button>
            )}
          </Picker>
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
      <section className={styles.list} aria-busy={live.newest.isPending}>
        {live.newest.isPending && (
          <div className={styles.waiting}>
            <SkeletonRows count={8} height={20} />
          </div>
        )}
        {live.newest.isError && live.rows.length === 0 && (
          <ProblemNote error={live.newest.error} onRetry={() => live.newest.refetch()} />
        )}
        {live.newest.data && live.rows.length === 0 && <NoEvents project={project} event={event} />}
        {live.rows.length > 0 && <EventTable events={live.rows} onOpen={open} />}
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

function NoEvents({ project, event }: { project: string; event?: string }) {
  return (
    <Empty
      icon="activity"
      title={event === undefined ? t.collection.empty : t.collection.emptyFiltered(eventName(event))}
      hint={t.collection.emptyHint}
      action={
        <Button renderRoot={(props) => <route.Link {...props} to="/p/$project/send" params={{ project }} />}>
          {t.places.send}
        </Button>
      }
    />
  );
}
