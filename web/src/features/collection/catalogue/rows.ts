import type { CatalogueEvent, CatalogueProperty } from "../../../api/types";
import { eventName, propertyName } from "../../insights/properties";

/** An event or a property, as the table shows it. */
export type Row = {
  name: string;
  label: string;
  description: string;
  tags: string[];
  isHidden: boolean;
  version?: string;
  count?: number;
  first?: string;
  last?: string;
  type?: CatalogueProperty["type"];
  types?: [CatalogueProperty["type"], number][];
  isColumn: boolean;
};

export function rowOfEvent(event: CatalogueEvent): Row {
  return {
    name: event.name,
    label: eventName(event.name),
    description: event.description,
    tags: event.tags,
    isHidden: event.is_hidden,
    version: event.version ?? undefined,
    count: event.count,
    first: event.first_seen_at,
    last: event.last_seen_at,
    isColumn: false,
  };
}

export function rowOfProperty(property: CatalogueProperty): Row {
  const types = Object.entries(property.types ?? {}) as [CatalogueProperty["type"], number][];
  return {
    name: property.name,
    label: propertyName(property.name),
    description: property.description,
    tags: property.tags,
    isHidden: property.is_hidden,
    version: property.version ?? undefined,
    count: property.count ?? undefined,
    first: property.first_seen_at ?? undefined,
    last: property.last_seen_at ?? undefined,
    type: property.type,
    types: types.sort(([, one], [, other]) => other - one),
    isColumn: property.source === "column",
  };
}

/** Every tag in use, in order. */
export function tagsOf(rows: Row[]): string[] {
  return [...new Set(rows.flatMap((row) => row.tags))].sort((one, other) => one.localeCompare(other));
}

/** The rows that hold all words, and the tag. */
export function matching(rows: Row[], search: string, tag: string | undefined): Row[] {
  const words = search.trim().toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter((row) => {
    const text = [row.name, row.label, row.description, ...row.tags].join(" ").toLowerCase();
    return (tag === undefined || row.tags.includes(tag)) && words.every((word) => text.includes(word));
  });
}
