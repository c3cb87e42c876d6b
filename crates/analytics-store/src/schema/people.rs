//! The tables about who is who.

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

/// A row for each merge of two people; the one of the highest version says whether it was undone.
pub static PERSON_MERGES: Table = Table {
    name: "person_merges",
    comment: "Which people were found to be one, by which of their ids: an edge that can be taken out again",
    columns: &MERGES,
    engine: Engine::ReplacingMergeTree("version"),
    partition_by: None,
    order_by: "project_id, merge_id",
    ttl: None,
    settings: &[("non_replicated_deduplication_window", "1000")],
    cluster_settings: &[],
    spread: Spread::ByKey("cityHash64(project_id, merge_id)"),
};

static MERGES: [Column; 10] = [
    column("project_id", "UUID", "The project").codec("ZSTD(1)"),
    column("merge_id", "UUID", "The merge: the id of the event that said so").codec("ZSTD(1)"),
    column("kind", "LowCardinality(String)", "identify, alias or merge").codec("ZSTD(1)"),
    column("into_user_id", "String", "The distinct id whose person stays").codec("ZSTD(1)"),
    column("from_user_id", "String", "The distinct id whose person became the other").codec("ZSTD(1)"),
    column("into_person_id", "UUID", "The person that stays").codec("ZSTD(1)"),
    column("from_person_id", "UUID", "The person before").codec("ZSTD(1)"),
    column("merged_at", "DateTime64(3, 'UTC')", "When it was said").codec("ZSTD(1)"),
    column("undone_at", "DateTime64(3, 'UTC')", "When it was taken out; 1970 where it was not").codec("ZSTD(1)"),
    column("version", "UInt64", "The row of the highest version counts").codec("ZSTD(1)"),
];

/// A row for each person who has said who they are: such a person is not merged into another by an identification.
pub static IDENTIFIED_PEOPLE: Table = Table {
    name: "identified_people",
    comment: "Who has said who they are",
    columns: &IDENTIFIED,
    engine: Engine::ReplacingMergeTree("identified_at"),
    partition_by: None,
    order_by: "project_id, person_id",
    ttl: None,
    settings: &[("non_replicated_deduplication_window", "1000")],
    cluster_settings: &[],
    spread: Spread::ByKey("cityHash64(project_id, person_id)"),
};

static IDENTIFIED: [Column; 3] = [
    column("project_id", "UUID", "The project").codec("ZSTD(1)"),
    column("person_id", "UUID", "The person").codec("ZSTD(1)"),
    column("identified_at", "DateTime64(3, 'UTC')", "When they last said so").codec("ZSTD(1)"),
];
