//! The table of how many events came in, and what became of them.

use super::{Column, Engine, Spread, Table, column};

/// A row for each quarter of an hour, outcome and lag of a project.
pub static INGESTION_COUNTS: Table = Table {
    name: "ingestion_counts",
    comment: "How many events arrived in a quarter of an hour, what became of them, and how soon they were stored",
    columns: &COLUMNS,
    engine: Engine::AggregatingMergeTree,
    partition_by: Some("toYYYYMM(bucket)"),
    order_by: "project_id, bucket, outcome, lag_ms",
    ttl: Some("toDate(bucket) + interval 400 day"),
    // What is counted again after a crash is told by its token, as events are.
    settings: &[("non_replicated_deduplication_window", "10000")],
    cluster_settings: &[
        ("replicated_deduplication_window", "10000"),
        ("replicated_deduplication_window_seconds", "604800"),
    ],
    spread: Spread::ByKey("cityHash64(project_id)"),
};

static COLUMNS: [Column; 7] = [
    column("project_id", "UUID", "The project").codec("ZSTD(1)"),
    column("bucket", "DateTime('UTC')", "When the quarter of an hour they arrived in begins").codec("ZSTD(1)"),
    column("outcome", "LowCardinality(String)", "people, bot or internal where stored; duplicate, refused")
        .codec("ZSTD(1)"),
    column(
        "lag_ms",
        "UInt32",
        "From arrival to being stored, in milliseconds, two digits of it; 4294967295 of imports",
    )
    .codec("ZSTD(1)"),
    column("events", "SimpleAggregateFunction(sum, UInt64)", "Events").codec("ZSTD(1)"),
    column("late", "SimpleAggregateFunction(sum, UInt64)", "Those that had happened more than an hour before")
        .codec("ZSTD(1)"),
    column("last_received_at", "SimpleAggregateFunction(max, DateTime64(3, 'UTC'))", "When the last of them arrived")
        .codec("ZSTD(1)"),
];
