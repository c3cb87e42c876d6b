//! Tables of what has arrived: names of events, properties with their types, and values.
//!
//! Names of events are counted by a view, by day, exactly as the events are. Properties and values are said by those
//! who collect: the same thing may be said by several, and again, and its counts are added up. They are about right;
//! a server that is killed forgets what it was to add in the last minute.

use super::{Column, Engine, Spread, Table, column};

const KEYWORD: &str = "LowCardinality(String)";
const COUNT: &str = "SimpleAggregateFunction(sum, UInt64)";
const FIRST: &str = "SimpleAggregateFunction(min, DateTime64(3, 'UTC'))";
const LAST: &str = "SimpleAggregateFunction(max, DateTime64(3, 'UTC'))";

const WINDOW: &[(&str, &str)] = &[("non_replicated_deduplication_window", "10000")];
const CLUSTER_WINDOW: &[(&str, &str)] =
    &[("replicated_deduplication_window", "10000"), ("replicated_deduplication_window_seconds", "604800")];

/// A row for each name of an event and day.
pub static EVENT_NAMES: Table = Table {
    name: "event_names",
    comment: "Names of events: a row for each name and day",
    columns: &NAME_COLUMNS,
    engine: Engine::AggregatingMergeTree,
    partition_by: Some("toYYYYMM(date)"),
    order_by: "project_id, event_name, date",
    ttl: None,
    settings: WINDOW,
    cluster_settings: CLUSTER_WINDOW,
    spread: Spread::ByKey("cityHash64(project_id, event_name)"),
};

/// A row for each property and event that it was sent with.
pub static EVENT_PROPERTIES: Table = Table {
    name: "event_properties",
    comment: "Properties, of events and of people, and how often they had values of which type",
    columns: &PROPERTY_COLUMNS,
    engine: Engine::AggregatingMergeTree,
    partition_by: None,
    order_by: "project_id, source, property, event_name",
    ttl: None,
    settings: WINDOW,
    cluster_settings: CLUSTER_WINDOW,
    spread: Spread::ByKey("cityHash64(project_id, property)"),
};

/// A row for each value that a property is proposed with.
pub static PROPERTY_VALUES: Table = Table {
    name: "property_values",
    comment: "Values of properties: the first and the frequent ones",
    columns: &VALUE_COLUMNS,
    engine: Engine::AggregatingMergeTree,
    partition_by: None,
    order_by: "project_id, source, property, value",
    ttl: None,
    settings: WINDOW,
    cluster_settings: CLUSTER_WINDOW,
    spread: Spread::ByKey("cityHash64(project_id, property)"),
};

static NAME_COLUMNS: [Column; 6] = [
    column("project_id", "UUID", "The project").codec("ZSTD(1)"),
    column("event_name", KEYWORD, "What happened").codec("ZSTD(1)"),
    column("date", "Date", "The day of the events, in UTC").codec("ZSTD(1)"),
    column("events_count", COUNT, "Events").codec("ZSTD(1)"),
    column("first_seen", FIRST, "When the first of the day happened").codec("ZSTD(1)"),
    column("last_seen", LAST, "When the last of the day happened").codec("ZSTD(1)"),
];

static PROPERTY_COLUMNS: [Column; 12] = [
    column("project_id", "UUID", "The project").codec("ZSTD(1)"),
    column("source", KEYWORD, "event, or person: what was said by $set").codec("ZSTD(1)"),
    column("property", "String", "The property's name").codec("ZSTD(1)"),
    column("event_name", KEYWORD, "The event it was sent with").codec("ZSTD(1)"),
    column("texts", COUNT, "Values that are text").codec("ZSTD(1)"),
    column("numbers", COUNT, "Values that are numbers").codec("ZSTD(1)"),
    column("booleans", COUNT, "Values that are true or false").codec("ZSTD(1)"),
    column("times", COUNT, "Values that are text in the form of ISO 8601").codec("ZSTD(1)"),
    column("lists", COUNT, "Values that are lists").codec("ZSTD(1)"),
    column("objects", COUNT, "Values that are objects").codec("ZSTD(1)"),
    column("first_seen", FIRST, "When the first of these events happened").codec("ZSTD(1)"),
    column("last_seen", LAST, "When the last of these events happened").codec("ZSTD(1)"),
];

static VALUE_COLUMNS: [Column; 6] = [
    column("project_id", "UUID", "The project").codec("ZSTD(1)"),
    column("source", KEYWORD, "event, or person: what was said by $set").codec("ZSTD(1)"),
    column("property", "String", "The property's name").codec("ZSTD(1)"),
    column("value", "String", "The value as questions compare it, 200 characters at most").codec("ZSTD(1)"),
    column("count", COUNT, "How often").codec("ZSTD(1)"),
    column("last_seen", LAST, "When the last of these events happened").codec("ZSTD(1)"),
];
