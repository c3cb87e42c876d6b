//! The table of distinct ids that belong to another person than their own.

use super::{Column, Engine, Spread, Table, column};

/// A row for each distinct id that was given to a person; the one of the highest version counts.
pub static PERSON_OVERRIDES: Table = Table {
    name: "person_overrides",
    comment: "Which person a distinct id belongs to, where it is not its own",
    columns: &COLUMNS,
    engine: Engine::ReplacingMergeTree("version"),
    partition_by: None,
    order_by: "project_id, user_id",
    ttl: None,
    settings: &[("non_replicated_deduplication_window", "1000")],
    cluster_settings: &[],
    spread: Spread::ByKey("cityHash64(project_id, user_id)"),
};

static COLUMNS: [Column; 4] = [
    column("project_id", "UUID", "The project").codec("ZSTD(1)"),
    column("user_id", "String", "The distinct id").codec("ZSTD(1)"),
    column("person_id", "UUID", "The person it belongs to").codec("ZSTD(1)"),
    column("version", "UInt64", "The row of the highest version counts").codec("ZSTD(1)"),
];
