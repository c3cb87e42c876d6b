import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { t } from "../../texts/texts";
import { Ago } from "../../ui/Ago";
import { Icon } from "../../ui/Icon";
import { LiveDot } from "../../ui/LiveDot";
import { eventName } from "../insights/properties";
import styles from "./Arrival.module.css";
import { newestEventsQuery } from "./api";

type ArrivalProps = { project: string };

/** Waits for an event and says when one is there. */
export function Arrival({ project }: ArrivalProps) {
  const query = useQuery(newestEventsQuery(project, undefined, 1));
  const newest = query.data?.items[0];
  // Events that were there before this page opened are not what is waited for.
  const [first, setFirst] = useState<string | null>();
  useEffect(() => {
    if (query.data && first === undefined) setFirst(newest?.event_id ?? null);
  }, [query.data, first, newest]);

  const hasArrived = first !== undefined && newest !== undefined && newest.event_id !== first;
  if (!hasArrived) {
    return (
      <div className={styles.box} role="status">
        <LiveDot isLive />
        <div>
          <strong>{first ? t.collection.waitingNext : t.collection.waitingFirst}</strong>
          <p>{t.collection.waitingHint}</p>
        </div>
      </div>
    );
  }
  return (
    <div className={styles.box} data-arrived role="status">
      <Icon name="circleCheck" size={22} />
      <div className={styles.text}>
        <strong>{t.collection.arrived(eventName(newest.event_name))}</strong>
        <p>
          {newest.user_id} · <Ago time={newest.received_at} />
        </p>
      </div>
      <Button
        size="xs"
        variant="default"
        renderRoot={(props) => <Link {...props} to="/p/$project/live" params={{ project }} />}
      >
        {t.collection.toLive}
      </Button>
      <Button size="xs" renderRoot={(props) => <Link {...props} to="/p/$project" params={{ project }} />}>
        {t.collection.toHome}
      </Button>
    </div>
  );
}
