//! The table of days whose sums and states have to be computed anew.

use super::{Column, Engine, Spread, Table, column};

/// A row for each day of a project that was marked; all times are the store's own.
pub static DIRTY_DAYS: Table = Table {
    name: "dirty_days",
    comment: "Days of a project whose sums and states don't follow from its events any more, or lately didn't",
    columns: &COLUMNS,
    engine: Engine::AggregatingMergeTree,
    partition_by: None,
    order_by: "project_id, date",
    ttl: Some("toDateTime(greatest(marked_at, computed_at, checked_at)) + interval 90 day"),
    settings: &[],
    cluster_settings: &[],
    spread: Spread::Everywhere,
};

const LATEST: &str = "SimpleAggregateFunction(max, DateTime64(6, 'UTC'))";

static COLUMNS: [Column; 6] = [
    column("project_id", "UUID", "The project"),
    column("date", "Date", "The day of the events, in UTC"),
    column("reason", "SimpleAggregateFunction(max, String)", "Why it was marked last"),
    column("marked_at", LATEST, "When it was marked last"),
    column("computed_at", LATEST, "When the last computation began"),
    column("checked_at", LATEST, "When the last computation that was found right began"),
];
