//! Tables of sums and states that the store keeps beside the events, as they come in.
//!
//! All of them keep a row to its day, so that a day can be computed anew from its events. What a whole is made of,
//! such as a session over midnight, the views put together.

use super::{Column, Engine, Spread, Table, column};

const KEYWORD: &str = "LowCardinality(String)";

/// As many blocks as `events` remembers: what is sent again is recognised in both or in none.
const WINDOW: &[(&str, &str)] = &[("non_replicated_deduplication_window", "10000")];
const CLUSTER_WINDOW: &[(&str, &str)] =
    &[("replicated_deduplication_window", "10000"), ("replicated_deduplication_window_seconds", "604800")];

/// A row for each part that one distinct id has in a session on one day; events without a session are one such part.
pub static SESSION_STATES: Table = Table {
    name: "session_states",
    comment: "What user_sessions and user_profiles are made of: a row for each session, distinct id and day",
    columns: &SESSION_COLUMNS,
    engine: Engine::AggregatingMergeTree,
    partition_by: Some("toYYYYMM(date)"),
    order_by: "project_id, date, user_id, session_id, person_id, traffic",
    ttl: None,
    settings: WINDOW,
    cluster_settings: CLUSTER_WINDOW,
    spread: Spread::ByKey("cityHash64(project_id, user_id)"),
};

/// A row for each quarter of an hour and event.
pub static EVENT_STATES: Table = Table {
    name: "event_states",
    comment: "What aggregated_events is made of: a row for each quarter of an hour and event",
    columns: &EVENT_COLUMNS,
    engine: Engine::AggregatingMergeTree,
    partition_by: Some("toYYYYMM(date)"),
    order_by: "project_id, date, event_name, bucket, event_type, traffic",
    ttl: None,
    settings: WINDOW,
    cluster_settings: CLUSTER_WINDOW,
    spread: Spread::ByKey("cityHash64(project_id, event_name)"),
};

/// A row for each property of a person that a distinct id's events changed on one day.
pub static PERSON_PROPERTY_STATES: Table = Table {
    name: "person_property_states",
    comment: "What people's attributes are made of: a row for each distinct id, property and day",
    columns: &PROPERTY_COLUMNS,
    engine: Engine::AggregatingMergeTree,
    partition_by: Some("toYYYYMM(date)"),
    order_by: "project_id, date, user_id, person_id, property",
    ttl: None,
    settings: WINDOW,
    cluster_settings: CLUSTER_WINDOW,
    spread: Spread::ByKey("cityHash64(project_id, user_id)"),
};

/// The order of events: by time, and by id where the time is the same.
macro_rules! order {
    () => {
        "Tuple(DateTime64(3, 'UTC'), UUID)"
    };
}

static SESSION_COLUMNS: [Column; 14] = [
    column("project_id", "UUID", "The project").codec("ZSTD(1)"),
    column("date", "Date", "The day of the events, in UTC").codec("ZSTD(1)"),
    column("user_id", "String", "The distinct id").codec("ZSTD(1)"),
    column("session_id", "String", "The session; empty for events that belong to none").codec("ZSTD(1)"),
    column("person_id", "UUID", "The person, as the events say").codec("ZSTD(1)"),
    column("traffic", KEYWORD, "bot, internal, or nothing: people").codec("ZSTD(1)"),
    column("started_at", "SimpleAggregateFunction(min, DateTime64(3, 'UTC'))", "The first event's time")
        .codec("ZSTD(1)"),
    column("ended_at", "SimpleAggregateFunction(max, DateTime64(3, 'UTC'))", "The last event's time").codec("ZSTD(1)"),
    column("events_count", "SimpleAggregateFunction(sum, UInt64)", "Events").codec("ZSTD(1)"),
    column("pages_count", "SimpleAggregateFunction(sum, UInt64)", "Pages and screens seen").codec("ZSTD(1)"),
    column("actions_count", "SimpleAggregateFunction(sum, UInt64)", "Clicks and events of the product's own")
        .codec("ZSTD(1)"),
    column("revenue", "SimpleAggregateFunction(sum, Float64)", "Money earned").codec("ZSTD(1)"),
    column(
        "entry",
        concat!(
            "AggregateFunction(argMin, Tuple(person_id UUID, user_id String, ip_address String, user_agent String, ",
            "device_type LowCardinality(String), os LowCardinality(String), browser LowCardinality(String), ",
            "country LowCardinality(String), city LowCardinality(String), referrer String, ",
            "referrer_domain LowCardinality(String), channel LowCardinality(String), ",
            "utm_source LowCardinality(String), utm_medium LowCardinality(String), ",
            "utm_campaign LowCardinality(String), utm_term LowCardinality(String), ",
            "utm_content LowCardinality(String), host LowCardinality(String), path String), ",
            order!(),
            ")"
        ),
        "What the first event says",
    )
    .codec("ZSTD(1)"),
    column("exit_path", concat!("AggregateFunction(argMax, String, ", order!(), ")"), "The last event's page")
        .codec("ZSTD(1)"),
];

static EVENT_COLUMNS: [Column; 8] = [
    column("project_id", "UUID", "The project").codec("ZSTD(1)"),
    column("date", "Date", "The day, in UTC").codec("ZSTD(1)"),
    column("event_name", KEYWORD, "What happened").codec("ZSTD(1)"),
    column("bucket", "DateTime('UTC')", "When the quarter of an hour begins").codec("ZSTD(1)"),
    column("event_type", KEYWORD, "page, track, identify, screen, group or alias").codec("ZSTD(1)"),
    column("traffic", KEYWORD, "bot, internal, or nothing: people").codec("ZSTD(1)"),
    column("events_count", "SimpleAggregateFunction(sum, UInt64)", "Events").codec("ZSTD(1)"),
    column("users", "AggregateFunction(uniqExact, UUID)", "The people, exactly").codec("ZSTD(1)"),
];

static PROPERTY_COLUMNS: [Column; 7] = [
    column("project_id", "UUID", "The project").codec("ZSTD(1)"),
    column("date", "Date", "The day of the events, in UTC").codec("ZSTD(1)"),
    column("user_id", "String", "The distinct id").codec("ZSTD(1)"),
    column("person_id", "UUID", "The person, as the events say").codec("ZSTD(1)"),
    column("property", "String", "The property").codec("ZSTD(1)"),
    column(
        "last",
        "SimpleAggregateFunction(max, Tuple(DateTime64(3, 'UTC'), UUID, UInt8, String))",
        "The last $set (1) or $unset (2): time, event, which, JSON; the year 1970 where there is none",
    )
    .codec("ZSTD(1)"),
    column(
        "first",
        "SimpleAggregateFunction(min, Tuple(DateTime64(3, 'UTC'), UUID, String))",
        "The first $set_once: time, event, JSON; the year 2299 where there is none",
    )
    .codec("ZSTD(1)"),
];
