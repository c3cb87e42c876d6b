import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { EventRow } from "../../api/types";
import { t } from "../../texts/texts";
import { Ago } from "../../ui/Ago";
import { Card } from "../../ui/Card";
import { Flag } from "../../ui/Flag";
import { LiveDot } from "../../ui/LiveDot";
import { SkeletonRows } from "../../ui/SkeletonRows";
import { eventName } from "../insights/properties";
import { newestEventsQuery } from "./api";
import { placeOf, whereOf } from "./eventTexts";
import styles from "./LiveStrip.module.css";

type LiveStripProps = { project: string };

/** The last few events, as they arrive. */
export function LiveStrip({ project }: LiveStripProps) {
  const query = useQuery(newestEventsQuery(project, {}, 6));
  const events = query.data?.items;
  if (query.isError || events?.length === 0) return null;
  return (
    <Card
      title={
        <span className={styles.title}>
          <LiveDot isLive />
          {t.home.live}
        </span>
      }
      actions={
        <Button
          size="compact-sm"
          variant="subtle"
          color="gray"
          renderRoot={(props) => <Link {...props} to="/p/$project/live" params={{ project }} />}
        >
          {t.home.liveAll}
        </Button>
      }
    >
      {!events && <SkeletonRows count={6} />}
      {events && (
        <ul className={styles.events}>
          {events.map((event) => (
            <Row key={event.event_id} event={event} project={project} />
          ))}
        </ul>
      )}
    </Card>
  );
}

function Row({ event, project }: { event: EventRow; project: string }) {
  return (
    <li>
      <Link
        to="/p/$project/live"
        params={{ project }}
        search={{ id: event.event_id }}
        className={styles.event}
      >
        <span className={styles.name}>{eventName(event.event_name)}</span>
        <span className={styles.path}>{whereOf(event)}</span>
        <span className={styles.person}>{event.user_id}</span>
        <span className={styles.from}>
          <Flag country={event.country} />
          {placeOf(event)}
        </span>
        <span className={styles.time}>
          <Ago time={event.received_at} />
        </span>
      </Link>
    </li>
  );
}
