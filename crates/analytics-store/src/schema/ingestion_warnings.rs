//! The table of what is doubtful about events that are stored.

use super::{Column, Engine, Spread, Table, column};

/// A row for warnings that are alike, of the events that were stored together.
pub static INGESTION_WARNINGS: Table = Table {
    name: "ingestion_warnings",
    comment: "What is doubtful about events that are stored: one row for those alike of a block",
    columns: &COLUMNS,
    engine: Engine::MergeTree,
    partition_by: Some("toYYYYMM(received_at)"),
    order_by: "project_id, kind, received_at",
    ttl: Some("toDate(received_at) + interval 30 day"),
    // A block is tried again with the same token.
    settings: &[("non_replicated_deduplication_window", "1000")],
    cluster_settings: &[],
    spread: Spread::ByKey("cityHash64(project_id, event_id)"),
};

static COLUMNS: [Column; 9] = [
    column("project_id", "UUID", "The project").codec("ZSTD(1)"),
    column("kind", "LowCardinality(String)", "What is warned of: a stable code").codec("ZSTD(1)"),
    column("user_id", "String", "The distinct id of one of the events").codec("ZSTD(1)"),
    column("event_name", "String", "The event's name").codec("ZSTD(1)"),
    column("event_id", "UUID", "One of the events").codec("ZSTD(1)"),
    column("property", "String", "The property or field it is about; may be empty").codec("ZSTD(1)"),
    column("details", "String", "What is doubtful, in words").codec("ZSTD(1)"),
    column("count", "UInt64", "How many events it is about"),
    column("received_at", "DateTime64(3, 'UTC')", "When the last of them arrived").codec("Delta(8), ZSTD(1)"),
];
