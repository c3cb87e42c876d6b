import { Button } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { Link } from "@tanstack/react-router";
import { writeJson } from "../../api/json";
import type { EventRow } from "../../api/types";
import { t } from "../../texts/texts";
import { Flag } from "../../ui/Flag";
import { Icon } from "../../ui/Icon";
import { instant } from "../../ui/instant";
import { countryName, eventName, propertyName } from "../insights/properties";
import styles from "./EventDetails.module.css";
import { TrafficTag } from "./TrafficTag";

type EventDetailsProps = { project: string; event: EventRow };

/** Everything that is known about one event. */
export function EventDetails({ project, event }: EventDetailsProps) {
  const clipboard = useClipboard({ timeout: 1600 });
  const own = Object.entries(event.properties).sort(([a], [b]) => a.localeCompare(b));
  return (
    <div className={styles.details}>
      <h2 className={styles.name}>
        {eventName(event.event_name)}
        <TrafficTag traffic={event.traffic} />
      </h2>
      <div className={styles.actions}>
        <Button
          size="xs"
          variant="default"
          leftSection={<Icon name="chartLine" size={15} />}
          renderRoot={(props) => (
            <Link
              {...props}
              to="/p/$project/explore"
              params={{ project }}
              search={{ series: [{ event: event.event_name }] }}
            />
          )}
        >
          {t.collection.exploreEvent}
        </Button>
        <Button
          size="xs"
          variant="default"
          leftSection={<Icon name="users" size={15} />}
          renderRoot={(props) => (
            <Link {...props} to="/p/$project/live" params={{ project }} search={{ person: event.user_id }} />
          )}
        >
          {t.collection.onlyPerson}
        </Button>
        <Button
          size="xs"
          variant="default"
          leftSection={<Icon name={clipboard.copied ? "check" : "copy"} size={15} />}
          onClick={() => clipboard.copy(writeJson(event, 2))}
        >
          {clipboard.copied ? t.words.copied : t.collection.copyJson}
        </Button>
      </div>
      <h3 className={styles.title}>{t.collection.own}</h3>
      {own.length === 0 && <p className={styles.nothing}>{t.collection.noOwn}</p>}
      <Facts facts={own.map(([name, value]) => [propertyName(name), textOf(value)])} />
      <h3 className={styles.title}>{t.collection.known}</h3>
      {event.country && (
        <p className={styles.place}>
          <Flag country={event.country} />
          {[event.city, countryName(event.country)].filter(Boolean).join(", ")}
        </p>
      )}
      <Facts facts={known(event)} />
    </div>
  );
}

function Facts({ facts }: { facts: [string, string][] }) {
  return (
    <dl className={styles.facts}>
      {facts.map(([name, value]) => (
        <div key={name} className={styles.fact}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function known(event: EventRow): [string, string][] {
  const facts: [string, string | undefined][] = [
    [t.collection.happened, instant(event.timestamp, "second")],
    [t.collection.received, instant(event.received_at, "second")],
    [propertyName("$user_id"), event.user_id],
    [propertyName("$person_id"), event.person_id],
    [propertyName("$session_id"), event.session_id],
    [propertyName("$current_url"), event.url],
    [propertyName("$host"), event.host],
    [propertyName("$pathname"), event.path],
    [propertyName("$referring_domain"), event.referrer_domain],
    [propertyName("$channel"), event.channel],
    [propertyName("utm_source"), event.utm_source],
    [propertyName("utm_medium"), event.utm_medium],
    [propertyName("utm_campaign"), event.utm_campaign],
    [propertyName("$browser"), [event.browser, event.browser_version].filter(Boolean).join(" ")],
    [propertyName("$os"), [event.os, event.os_version].filter(Boolean).join(" ")],
    [propertyName("$device_type"), event.device_type],
    [propertyName("$lib"), event.library],
    ["event_id", event.event_id],
  ];
  return facts.filter((fact): fact is [string, string] => Boolean(fact[1]));
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : writeJson(value);
}
