//! The analytics schema as data: migrations, the `schema` command and the cluster's tables are made from it.

mod catalogue;
mod dirty_days;
mod events;
mod events_rejected;
mod feeds;
mod ingestion_counts;
mod ingestion_warnings;
mod migrations_table;
mod people;
mod property_uses;
mod render;
mod states;
mod user_activity;
mod views;

use serde::Serialize;

pub use catalogue::{EVENT_NAMES, EVENT_PROPERTIES, PROPERTY_VALUES};
pub use dirty_days::DIRTY_DAYS;
pub use events::EVENTS;
pub use events_rejected::EVENTS_REJECTED;
pub use feeds::{EVENT_FEED, EVENT_NAME_FEED, PERSON_PROPERTY_FEED, SESSION_FEED};
pub use ingestion_counts::INGESTION_COUNTS;
pub use ingestion_warnings::INGESTION_WARNINGS;
pub use migrations_table::MIGRATIONS;
pub use people::{IDENTIFIED_PEOPLE, PERSON_MERGES, PERSON_OVERRIDES};
pub use property_uses::PROPERTY_USES;
pub use render::{Place, Statement, create, create_feed, create_view, statements};
pub(crate) use render::{create_database, make_durable, rows_of};
pub use states::{EVENT_STATES, PERSON_PROPERTY_STATES, SESSION_STATES};
pub use user_activity::USER_ACTIVITY;
pub use views::{AGGREGATED_EVENTS, USER_PROFILES, USER_SESSIONS};

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
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
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

/// A select that runs over each block that comes into a table, and feeds another with what comes of it: a materialised
/// view.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Feed {
    /// Its name.
    pub name: &'static str,
    /// What it does.
    pub comment: &'static str,
    /// The table whose new rows it reads.
    #[serde(serialize_with = "by_name")]
    pub source: &'static Table,
    /// The table it feeds.
    #[serde(serialize_with = "by_name")]
    pub target: &'static Table,
    /// The select, with `{source}` for the table's name.
    pub select: &'static str,
}

/// A select under a name.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct View {
    /// Its name.
    pub name: &'static str,
    /// What a row is.
    pub comment: &'static str,
    /// Its columns in order.
    pub columns: &'static [Column],
    /// The select.
    pub select: &'static str,
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

static TABLES: [&Table; 17] = [
    &MIGRATIONS,
    &EVENTS,
    &EVENTS_REJECTED,
    &USER_ACTIVITY,
    &PERSON_OVERRIDES,
    &PERSON_MERGES,
    &IDENTIFIED_PEOPLE,
    &SESSION_STATES,
    &EVENT_STATES,
    &PERSON_PROPERTY_STATES,
    &DIRTY_DAYS,
    &PROPERTY_USES,
    &INGESTION_WARNINGS,
    &EVENT_NAMES,
    &EVENT_PROPERTIES,
    &PROPERTY_VALUES,
    &INGESTION_COUNTS,
];

static FEEDS: [&Feed; 4] = [&SESSION_FEED, &EVENT_FEED, &PERSON_PROPERTY_FEED, &EVENT_NAME_FEED];

static VIEWS: [&View; 3] = [&USER_SESSIONS, &USER_PROFILES, &AGGREGATED_EVENTS];

/// Returns every table, in the order of their creation.
pub fn tables() -> &'static [&'static Table] {
    &TABLES
}

/// Returns what feeds tables from others.
pub fn feeds() -> &'static [&'static Feed] {
    &FEEDS
}

/// Returns every view.
pub fn views() -> &'static [&'static View] {
    &VIEWS
}

impl Feed {
    /// Returns the select over `source`: a table's name, or a select in parentheses with its columns.
    pub fn select_from(&self, source: &str) -> String {
        self.select.replace("{source}", source)
    }
}

fn by_name<S: serde::Serializer>(table: &&'static Table, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(table.name)
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
