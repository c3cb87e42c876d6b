//! The table that says which migrations a database has.

use super::{Column, Engine, Spread, Table, column};

/// A row for each applied migration; two servers that migrate at once may leave two rows of one name.
pub static MIGRATIONS: Table = Table {
    name: "schema_migrations",
    comment: "Migrations that were applied to this database",
    columns: &COLUMNS,
    engine: Engine::MergeTree,
    partition_by: None,
    order_by: "name",
    ttl: None,
    settings: &[],
    cluster_settings: &[],
    spread: Spread::Everywhere,
};

static COLUMNS: [Column; 3] = [
    column("name", "String", "The migration's name"),
    column("version", "String", "The version of the program that applied it"),
    column("applied_at", "DateTime64(3, 'UTC')", "When it was applied").default_to("now64(3)"),
];
