import { useQuery } from "@tanstack/react-query";
import type { CatalogueProperty } from "../../../api/types";
import { compact } from "../../../charts/format";
import { locale, t } from "../../../texts/texts";
import type { ChoiceGroup } from "../../../ui/Picker";
import { catalogueEventsQuery, cataloguePropertiesQuery } from "../api";
import { eventName, knownProperties, propertyName } from "../properties";

export const anyEvent = "\u0000any";

/** Returns the events to choose from, the frequent first. */
export function useEventChoices(project: string): { groups: ChoiceGroup[]; isLoading: boolean } {
  const events = useQuery(catalogueEventsQuery(project));
  const choices = (events.data ?? []).map((event) => ({
    value: event.name,
    label: eventName(event.name),
    right: compact(event.count, "number", locale),
  }));
  return {
    groups: [{ choices: [{ value: anyEvent, label: t.explore.anyEvent }, ...choices] }],
    isLoading: events.isPending,
  };
}

export type PropertyChoices = { groups: ChoiceGroup[]; isLoading: boolean };

/** Returns the properties to choose from: those sent with the event, then those every event has. */
export function usePropertyChoices(
  project: string,
  event: string | undefined,
  kind: "any" | "number",
): PropertyChoices {
  const properties = useQuery(cataloguePropertiesQuery(project, event));
  const fits = (property: CatalogueProperty) =>
    kind === "any" || property.type === "number" || property.type === "mixed";
  const own = (properties.data ?? [])
    .filter((property) => property.source === "property" && fits(property))
    .map((property) => ({ value: property.name, label: propertyName(property.name), right: property.type }));
  const everywhere = knownProperties.map((name) => ({ value: name, label: propertyName(name) }));
  const groups = [{ title: t.explore.eventProperties, choices: own }];
  if (kind === "any") groups.push({ title: t.explore.everyEvent, choices: everywhere as typeof own });
  return { groups, isLoading: properties.isPending };
}
