import { t } from "../../texts/texts";

/** The properties that every event can have, in the order people look for them. */
export const knownProperties = [
  "$pathname",
  "$host",
  "$current_url",
  "$referring_domain",
  "$referrer",
  "$channel",
  "$country",
  "$city",
  "$device_type",
  "$browser",
  "$browser_version",
  "$os",
  "$os_version",
  "utm_source",
  "utm_medium",
  "utm_campaign",
  "utm_term",
  "utm_content",
  "$event",
  "$event_type",
  "$user_id",
  "$person_id",
  "$session_id",
  "$ip",
  "$lib",
  "$raw_user_agent",
  "$traffic",
] as const;

const propertyNames: Record<string, string> = t.properties;
const eventNames: Record<string, string> = t.events;
const channelNames: Record<string, string> = t.channels;
const trafficNames: Record<string, string> = t.trafficTags;

/** Names a property for people: "Country" for $country; own properties keep their name. */
export function propertyName(property: string): string {
  return propertyNames[property] ?? property;
}

/** Names an event for people: "Page view" for $pageview. */
export function eventName(event: string | undefined): string {
  if (event === undefined) return t.explore.anyEvent;
  return eventNames[event] ?? event;
}

const regions = new Intl.DisplayNames(undefined, { type: "region", fallback: "code" });

/** Names a country by its two letters; other text is returned as it is. */
export function countryName(code: string): string {
  if (!/^[A-Za-z]{2}$/.test(code)) return code;
  return regions.of(code.toUpperCase()) ?? code;
}

/** Names a value of a property: countries by name, channels in words, other values as they are. */
export function valueName(property: string, value: string): string {
  if (property === "$country") return countryName(value);
  if (property === "$channel" || property === "$entry_channel") return channelNames[value] ?? value;
  if (property === "$traffic") return trafficNames[value] ?? value;
  if (property === "$device_type") return value.charAt(0).toUpperCase() + value.slice(1);
  if (property === "$event") return eventName(value);
  return value === "" ? t.explore.emptyText : value;
}
