import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import type { EventRow } from "../../../api/types";
import { t } from "../../../texts/texts";
import { Ago } from "../../../ui/Ago";
import { Icon } from "../../../ui/Icon";
import { LiveDot } from "../../../ui/LiveDot";
import { eventName } from "../../insights/properties";
import { newestEventsQuery } from "../api";
import { TrafficTag } from "../TrafficTag";
import styles from "./Arrival.module.css";
import { newestOwn } from "./own";

type ArrivalProps = { project: string };

/** Waits for an event and says when one is there. */
export function Arrival({ project }: ArrivalProps) {
  const query = useQuery(newestEventsQuery(project, {}, 50));
  const newest = query.data && newestOwn(query.data.items);
  // The first to arrive after this page was opened is what is waited for; it stays, whatever comes after it.
  const [before, setBefore] = useState<string | null>();
  const [arrived, setArrived] = useState<EventRow>();
  useEffect(() => {
    if (!query.data) return;
    if (before === undefined) setBefore(newest?.event_id ?? null);
    else if (newest && newest.event_id !== before) setArrived((known) => known ?? newest);
  }, [query.data, before, newest]);

  if (!arrived) {
    return (
      <div className={styles.box} role="status">
        <LiveDot isLive />
        <div>
          <strong>{before ? t.collection.waitingNext : t.collection.waitingFirst}</strong>
          <p>{t.collection.waitingHint}</p>
        </div>
      </div>
    );
  }
  return (
    <div className={styles.box} data-arrived role="status">
      <Icon name="circleCheck" size={22} />
      <div className={styles.text}>
        <strong>{t.collection.arrived(eventName(arrived.event_name))}</strong>
        <p>
          {arrived.library ? t.collection.arrivedFrom(arrived.library) : t.collection.arrivedFromNone}
          {" · "}
          {arrived.user_id} · <Ago time={arrived.received_at} />
          <TrafficTag traffic={arrived.traffic} />
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
