//! Tables as statements, for one server or for a cluster.

use std::fmt::Write;

use super::{Column, Engine, Feed, Spread, Table, View, feeds, tables, views};

/// What lets an insert be answered when the disk has it, rather than the system's memory: the spool's segment goes then,
/// and the rows are nowhere else. Sums fed by the events are computed anew from them only where somebody knows that they
/// are wrong.
const DURABLE: [(&str, &str); 2] = [("fsync_after_insert", "1"), ("fsync_part_directory", "1")];

/// Where tables are made.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The database.
    pub database: &'a str,
    /// The cluster, if there is one.
    pub cluster: Option<&'a str>,
}

/// A statement that makes something, and does nothing where it is there already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// What it makes.
    pub makes: String,
    /// Its SQL.
    pub text: String,
}

/// Returns all statements that lead from nothing to today's schema.
pub fn statements(place: Place<'_>) -> Vec<Statement> {
    let mut statements = vec![create_database(place)];
    for table in tables() {
        statements.extend(create(table, place));
    }
    statements.extend(feeds().iter().map(|feed| create_feed(feed, place)));
    statements.extend(views().iter().map(|view| create_view(view, place)));
    statements
}

/// Returns the statement that makes the database.
pub(crate) fn create_database(place: Place<'_>) -> Statement {
    let Place { database, .. } = place;
    Statement {
        makes: format!("database {database}"),
        text: format!("create database if not exists `{database}`{}", on_cluster(place)),
    }
}

/// Returns the statements that make a table: on a cluster, those of a shard's rows come before the one that spreads
/// reads and inserts over all shards.
pub fn create(table: &Table, place: Place<'_>) -> Vec<Statement> {
    let Some(cluster) = place.cluster else {
        return vec![local(table, table.name, &engine(table.engine, None), place)];
    };
    match table.spread {
        Spread::Everywhere => {
            vec![local(table, table.name, &engine(table.engine, Some(("all", "{shard}-{replica}"))), place)]
        }
        Spread::ByKey(key) => {
            let shard = format!("{}_local", table.name);
            let rows = local(table, &shard, &engine(table.engine, Some(("{shard}", "{replica}"))), place);
            vec![rows, distributed(table, &shard, cluster, key, place)]
        }
    }
}

/// Returns the statement that makes a table keep what it answers for, where it was made before that was asked of it.
pub(crate) fn make_durable(table: &Table, place: Place<'_>) -> Statement {
    let (Place { database, .. }, name) = (place, rows_of(table, place));
    let settings = listed(DURABLE.iter());
    let text = format!("alter table `{database}`.`{name}`{} modify setting {settings}", on_cluster(place));
    Statement { makes: format!("table {name} durable"), text }
}

/// Returns the statement that makes a feed: on a cluster, each shard feeds its own rows.
pub fn create_feed(feed: &Feed, place: Place<'_>) -> Statement {
    let Place { database, .. } = place;
    let (source, target) = (rows_of(feed.source, place), rows_of(feed.target, place));
    let select = feed.select_from(&format!("`{database}`.`{source}`"));
    let text = format!(
        "create materialized view if not exists `{database}`.`{}`{} to `{database}`.`{target}` as\n{select}\ncomment {}",
        feed.name,
        on_cluster(place),
        quoted(feed.comment)
    );
    Statement { makes: format!("materialized view {}", feed.name), text }
}

/// Returns the statement that makes a view, in place of one of that name.
pub fn create_view(view: &View, place: Place<'_>) -> Statement {
    let Place { database, .. } = place;
    let columns: Vec<String> = view.columns.iter().map(column).collect();
    let select = view.select.replace("{database}", &format!("`{database}`"));
    let text = format!(
        "create or replace view `{database}`.`{}`{}\n(\n{}\n) as\n{select}\ncomment {}",
        view.name,
        on_cluster(place),
        columns.join(",\n"),
        quoted(view.comment)
    );
    Statement { makes: format!("view {}", view.name), text }
}

/// Returns the name of the table that holds a table's rows: that of a shard, where they are spread over a cluster.
pub(crate) fn rows_of(table: &Table, place: Place<'_>) -> String {
    match (place.cluster, table.spread) {
        (Some(_), Spread::ByKey(_)) => format!("{}_local", table.name),
        _ => table.name.to_owned(),
    }
}

/// `{database}`, `{table}`, `{shard}` and `{replica}` in the path are the server's own macros.
fn engine(engine: Engine, replicated: Option<(&str, &str)>) -> String {
    let (name, version) = match engine {
        Engine::MergeTree => ("MergeTree", None),
        Engine::AggregatingMergeTree => ("AggregatingMergeTree", None),
        Engine::ReplacingMergeTree(version) => ("ReplacingMergeTree", Some(version)),
    };
    match (replicated, version) {
        (None, None) => name.to_owned(),
        (None, Some(version)) => format!("{name}({version})"),
        (Some((shard, replica)), version) => {
            let version = version.map(|version| format!(", {version}")).unwrap_or_default();
            format!("Replicated{name}('/clickhouse/tables/{{database}}/{{table}}/{shard}', '{replica}'{version})")
        }
    }
}

fn local(table: &Table, name: &str, engine: &str, place: Place<'_>) -> Statement {
    let mut text = format!("create table if not exists `{}`.`{name}`{}\n(\n", place.database, on_cluster(place));
    let columns: Vec<String> = table.columns.iter().map(column).collect();
    text.push_str(&columns.join(",\n"));
    text.push_str("\n)\n");
    text.push_str(&format!("engine = {engine}\n"));
    if let Some(partition) = table.partition_by {
        text.push_str(&format!("partition by {partition}\n"));
    }
    text.push_str(&format!("order by ({})\n", table.order_by));
    if let Some(ttl) = table.ttl {
        text.push_str(&format!("ttl {ttl}\n"));
    }
    let settings = if place.cluster.is_some() { table.cluster_settings } else { table.settings };
    text.push_str(&format!("settings {}\n", listed(settings.iter().chain(&DURABLE))));
    text.push_str(&format!("comment {}", quoted(table.comment)));
    Statement { makes: format!("table {name}"), text }
}

fn listed<'a>(settings: impl Iterator<Item = &'a (&'a str, &'a str)>) -> String {
    settings.map(|(name, value)| format!("{name} = {value}")).collect::<Vec<_>>().join(", ")
}

fn column(column: &Column) -> String {
    let mut line = format!("    `{}` {}", column.name, column.kind);
    // Writing to a String can't fail.
    if let Some(default) = column.default {
        let _ = write!(line, " default {default}");
    }
    let _ = write!(line, " comment {}", quoted(column.comment));
    if let Some(codec) = column.codec {
        let _ = write!(line, " codec({codec})");
    }
    line
}

fn distributed(table: &Table, shard: &str, cluster: &str, key: &str, place: Place<'_>) -> Statement {
    let Place { database, .. } = place;
    let name = table.name;
    let text = format!(
        "create table if not exists `{database}`.`{name}`{} as `{database}`.`{shard}`\n\
         engine = Distributed('{cluster}', '{database}', '{shard}', {key})",
        on_cluster(place)
    );
    Statement { makes: format!("table {name}"), text }
}

fn on_cluster(place: Place<'_>) -> String {
    place.cluster.map(|cluster| format!(" on cluster `{cluster}`")).unwrap_or_default()
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}
