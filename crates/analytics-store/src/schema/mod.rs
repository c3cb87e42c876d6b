//! The analytics schema as data: migrations, the `schema` command and the cluster's tables are made from it.

mod events;
mod migrations_table;
mod render;
mod user_activity;

use serde::Serialize;

pub use events::EVENTS;
pub use migrations_table::MIGRATIONS;
pub(crate) use render::create_database;
pub use render::{Place, Statement, create, statements};
pub use user_activity::USER_ACTIVITY;

/// A table of the analytics store.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Table {
    /// The table's name.
    pub name: &'static str,
    /// What a row is.
    pub comment: &'static str,
    /// The columns in order.
    pub columns: &'static [Column],
    /// How rows of one key are treated by merges.
    pub engine: Engine,
    /// The partition's expression; none for small tables.
    pub partition_by: Option<&'static str>,
    /// The sorting key.
    pub order_by: &'static str,
    /// When rows are dropped.
    pub ttl: Option<&'static str>,
    /// Table settings on a single server.
    pub settings: &'static [(&'static str, &'static str)],
    /// Table settings on a cluster.
    pub cluster_settings: &'static [(&'static str, &'static str)],
    /// Where a cluster keeps a row.
    pub spread: Spread,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Column {
    /// The column's name.
    pub name: &'static str,
    /// Its ClickHouse type.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// What stands there if an insert leaves it out; the type's zero if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<&'static str>,
    /// How it is compressed; LZ4 if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub codec: Option<&'static str>,
    /// What it means.
    pub comment: &'static str,
}

/// How rows of one sorting key are treated by merges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Engine {
    /// All rows are kept.
    MergeTree,
    /// The states of aggregates in rows of one key become one.
    AggregatingMergeTree,
    /// The row of the highest value in this column stays.
    ReplacingMergeTree(&'static str),
}

/// Where a cluster keeps a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "key")]
pub enum Spread {
    /// On every server.
    Everywhere,
    /// On the shard chosen by this expression.
    ByKey(&'static str),
}

static TABLES: [&Table; 3] = [&MIGRATIONS, &EVENTS, &USER_ACTIVITY];

/// Returns every table, in the order of their creation.
pub fn tables() -> &'static [&'static Table] {
    &TABLES
}

/// Describes a column; see [`Column::default_to`] and [`Column::codec`] for the rest.
const fn column(name: &'static str, kind: &'static str, comment: &'static str) -> Column {
    Column { name, kind, default: None, codec: None, comment }
}

impl Column {
    const fn default_to(self, expression: &'static str) -> Self {
        Self { default: Some(expression), ..self }
    }

    const fn codec(self, codec: &'static str) -> Self {
        Self { codec: Some(codec), ..self }
    }
}
