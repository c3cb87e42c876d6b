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
  const shown = (events.data ?? []).filter((event) => !event.is_hidden);
  const choices = shown.map((event) => ({
    value: event.name,
    label: eventName(event.name),
    tip: event.description || undefined,
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
  const tips = new Map(
    properties.data?.map((property) => [property.name, property.description || undefined]),
  );
  const hidden = new Set(properties.data?.filter((one) => one.is_hidden).map((one) => one.name));
  const own = (properties.data ?? [])
    .filter((property) => property.source === "property" && !property.is_hidden && fits(property))
    .map((property) => ({
      value: property.name,
      label: propertyName(property.name),
      tip: tips.get(property.name),
      right: t.catalogue.types[property.type],
    }));
  const everywhere = knownProperties
    .filter((name) => !hidden.has(name))
    .map((name) => ({ value: name, label: propertyName(name), tip: tips.get(name) }));
  const groups = [{ title: t.explore.eventProperties, choices: own }];
  if (kind === "any") groups.push({ title: t.explore.everyEvent, choices: everywhere as typeof own });
  return { groups, isLoading: properties.isPending };
}
