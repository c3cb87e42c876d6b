//! The table of which properties questions ask for.

use super::{Column, Engine, Spread, Table, column};

/// A row for each property and day, with how often it was asked for.
pub static PROPERTY_USES: Table = Table {
    name: "property_uses",
    comment: "How often questions asked for a property that has no column by itself",
    columns: &COLUMNS,
    engine: Engine::AggregatingMergeTree,
    partition_by: None,
    order_by: "date, project_id, property",
    ttl: None,
    settings: &[],
    cluster_settings: &[],
    spread: Spread::Everywhere,
};

static COLUMNS: [Column; 4] = [
    column("date", "Date", "The day, in UTC"),
    column("project_id", "UUID", "The project"),
    column("property", "String", "The property's name"),
    column("uses", "SimpleAggregateFunction(sum, UInt64)", "Questions"),
];
