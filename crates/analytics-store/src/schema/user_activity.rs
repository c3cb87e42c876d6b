//! The table of what people use.

use super::{Column, Engine, Spread, Table, column};

/// A row for each thing that a signed-in person did.
pub static USER_ACTIVITY: Table = Table {
    name: "user_activity",
    comment: "Who used what: one row for each operation of a signed-in person",
    columns: &COLUMNS,
    engine: Engine::MergeTree,
    partition_by: Some("toYYYYMM(date)"),
    order_by: "user_id, timestamp",
    ttl: None,
    // A batch is tried again with the same token.
    settings: &[("non_replicated_deduplication_window", "1000")],
    cluster_settings: &[],
    spread: Spread::ByKey("cityHash64(user_id)"),
};

const KEYWORD: &str = "LowCardinality(String)";

static COLUMNS: [Column; 9] = [
    column("activity_id", "UUID", "The activity").codec("ZSTD(1)"),
    column("user_id", "UUID", "Who did it").codec("ZSTD(1)"),
    column("organization_id", "UUID", "Within which organization; zeros where it belongs to none").codec("ZSTD(1)"),
    column("session_id", "String", "The session it was done in").codec("ZSTD(1)"),
    column("activity_type", KEYWORD, "The operation, by its name in the API's document").codec("ZSTD(1)"),
    column("resource_type", KEYWORD, "What it was done to; may be empty").codec("ZSTD(1)"),
    column("resource_id", "String", "The id of what it was done to; may be empty").codec("ZSTD(1)"),
    column("timestamp", "DateTime64(3, 'UTC')", "When it was done").codec("Delta(8), ZSTD(1)"),
    column("date", "Date", "The day of timestamp, in UTC").default_to("toDate(timestamp)").codec("ZSTD(1)"),
];
