//! A table made anew under another sorting key, with all its rows.
//!
//! ClickHouse can't change the key of a table, so the rows are copied into one beside it, day by day, and the two
//! change places. Each step looks at what is there and does what is missing: a run that was cut off anywhere is
//! finished by the next, and two servers that start together get in each other's way but do no harm.

use std::collections::BTreeMap;
use std::time::Duration;

use analytics_model::{Sql, sql};
use chrono::NaiveDate;
use serde::Deserialize;

use crate::schema::{self, Place, Spread, Table};
use crate::{Error, Options, Store};

/// A table whose key changed.
pub(crate) struct Rebuild {
    /// As it is declared today.
    pub(crate) table: &'static Table,
    /// A column that only the old sorting key has.
    pub(crate) old_key: &'static str,
}

/// What a database has of the table and of those beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Rows are under the old key; a copy may have begun.
    Old,
    /// The old table stands aside, the new one not yet in its place.
    Vacant,
    /// The old table stands aside and there is no other: two servers stood in each other's way.
    Misplaced,
    /// The new table is in its place, the old one beside it.
    Replaced,
    /// The new table is in its place and alone.
    Done,
}

/// The names of one table's rows on the way. On a cluster these are the tables of a shard.
struct Names {
    rows: String,
    rebuilt: String,
    before: String,
}

const TABLE_EXISTS: u32 = 57;
const UNKNOWN_TABLE: u32 = 60;
const SAME_QUERY_RUNS: u32 = 216;

impl Store {
    /// Brings a table under its key of today.
    pub(crate) async fn rebuild(&self, rebuild: &Rebuild) -> Result<(), Error> {
        let place = self.place();
        let names = Names::of(rebuild.table, place);
        loop {
            match self.stage(rebuild, &names).await? {
                Stage::Misplaced => self.run_unless_done(rename(&[(&names.before, &names.rows)], place)).await?,
                Stage::Done => return self.run_all(drop_rebuilt(rebuild.table, &names, place)).await,
                Stage::Replaced => {
                    self.run_all(replace_distributed(rebuild.table, &names, place)).await?;
                    // What others wrote into it while it was copied.
                    match self.copy_days(&reading(&names.before, place), rebuild.table.name).await {
                        Err(Error::Refused { code: UNKNOWN_TABLE, .. }) => continue,
                        copied => copied?,
                    }
                    self.run_all(vec![drop_table(&names.before, place)]).await?;
                }
                Stage::Vacant => {
                    self.run_unless_done(rename(&[(&names.rebuilt, &names.rows)], place)).await?;
                }
                Stage::Old => {
                    let table = rebuilt(rebuild.table);
                    self.run_all(schema::create(&table, place).into_iter().map(|statement| statement.text).collect())
                        .await?;
                    match self.copy_days(&reading(&names.rows, place), table.name).await {
                        // Another server was first and has cleared it away.
                        Err(Error::Refused { code: UNKNOWN_TABLE, .. }) => continue,
                        copied => copied?,
                    }
                    let moves = [(&names.rows, &names.before), (&names.rebuilt, &names.rows)];
                    self.run_unless_done(rename(&moves, place)).await?;
                }
            }
        }
    }

    async fn stage(&self, rebuild: &Rebuild, names: &Names) -> Result<Stage, Error> {
        #[derive(Deserialize)]
        struct Found {
            name: String,
            sorting_key: String,
        }
        let question = sql("select name, sorting_key from system.tables \
                            where database = currentDatabase() and name in {names:Array(String)}");
        let wanted = vec![names.rows.clone(), names.rebuilt.clone(), names.before.clone()];
        let found = self.rows::<Found>(&question.bind("names", wanted), &Options::default()).await?.rows;
        let keys: BTreeMap<&str, &str> =
            found.iter().map(|one| (one.name.as_str(), one.sorting_key.as_str())).collect();
        let before = keys.contains_key(names.before.as_str());
        Ok(match keys.get(names.rows.as_str()) {
            Some(key) if key.contains(rebuild.old_key) => Stage::Old,
            None if before && keys.contains_key(names.rebuilt.as_str()) => Stage::Vacant,
            None if before => Stage::Misplaced,
            _ if before => Stage::Replaced,
            _ => Stage::Done,
        })
    }

    /// Copies the days that `to` lacks rows of; rows that are there already stay as they are.
    async fn copy_days(&self, from: &str, to: &str) -> Result<(), Error> {
        let columns = self.columns_of(from).await?.join(", ");
        let there = self.rows_by_day(&format!("`{to}`")).await?;
        for (day, rows) in self.rows_by_day(from).await? {
            if there.get(&day).is_some_and(|there| *there >= rows) {
                continue;
            }
            let text = format!(
                "insert into `{to}` ({columns}) select {columns} from {from} where date = {{day:Date}} \
                 and (project_id, event_id) global not in (select project_id, event_id from `{to}` where date = {{day:Date}})"
            );
            self.copy(&sql(text).bind("day", day), &format!("rebuild-{}-{to}-{day}", self.database())).await?;
        }
        Ok(())
    }

    /// Runs a copy that a second server may be running: one name, one run.
    async fn copy(&self, statement: &Sql, name: &str) -> Result<(), Error> {
        let mut options = long();
        options.query_id = Some(name.to_owned());
        // The same rows may have been there before, and a cluster shall have them when the copy ends.
        for setting in [("insert_deduplicate", "0"), ("distributed_foreground_insert", "1")] {
            options.settings.push((setting.0.to_owned(), setting.1.to_owned()));
        }
        loop {
            match self.execute(statement, &options).await {
                Err(Error::Refused { code: SAME_QUERY_RUNS, .. }) => {
                    tokio::time::sleep(Duration::from_millis(200)).await;
                }
                done => return done.map(drop),
            }
        }
    }

    async fn rows_by_day(&self, table: &str) -> Result<BTreeMap<NaiveDate, u64>, Error> {
        #[derive(Deserialize)]
        struct Day {
            date: NaiveDate,
            rows: u64,
        }
        let question = sql(format!("select date, count() as rows from {table} group by date"));
        let days = self.rows::<Day>(&question, &long()).await?.rows;
        Ok(days.into_iter().map(|day| (day.date, day.rows)).collect())
    }

    async fn columns_of(&self, table: &str) -> Result<Vec<String>, Error> {
        #[derive(Deserialize)]
        struct Described {
            name: String,
        }
        let described = self.rows::<Described>(&sql(format!("describe table {table}")), &Options::default()).await?;
        Ok(described.rows.into_iter().map(|column| format!("`{}`", column.name)).collect())
    }

    async fn run_all(&self, statements: Vec<String>) -> Result<(), Error> {
        for statement in statements {
            self.execute(&sql(statement), &long()).await?;
        }
        Ok(())
    }

    /// Runs a renaming; that another server was first is no error.
    async fn run_unless_done(&self, statement: String) -> Result<(), Error> {
        match self.execute(&sql(statement), &long()).await {
            Err(Error::Refused { code: TABLE_EXISTS | UNKNOWN_TABLE, .. }) => Ok(()),
            done => done.map(drop),
        }
    }
}

impl Names {
    fn of(table: &Table, place: Place<'_>) -> Self {
        let is_spread = place.cluster.is_some() && matches!(table.spread, Spread::ByKey(_));
        let suffix = if is_spread { "_local" } else { "" };
        let name = table.name;
        Self {
            rows: format!("{name}{suffix}"),
            rebuilt: format!("{}{suffix}", rebuilt(table).name),
            before: format!("{name}_before{suffix}"),
        }
    }
}

/// Returns the table under its name beside the one that is there.
fn rebuilt(table: &Table) -> Table {
    debug_assert_eq!(table.name, "events", "names are static: the next table to rebuild needs one here");
    Table { name: "events_rebuilt", ..*table }
}

/// Returns what reads all rows of a table: on a cluster those of all shards.
fn reading(table: &str, place: Place<'_>) -> String {
    match place.cluster {
        None => format!("`{table}`"),
        Some(cluster) => format!("cluster('{cluster}', '{}', '{table}')", place.database),
    }
}

fn rename(moves: &[(&String, &String)], place: Place<'_>) -> String {
    let moves: Vec<String> = moves
        .iter()
        .map(|(from, to)| format!("`{database}`.`{from}` to `{database}`.`{to}`", database = place.database))
        .collect();
    format!("rename table {}{}", moves.join(", "), on_cluster(place))
}

/// Returns the statements that let inserts and questions find the new rows by the new key: needed on a cluster only.
fn replace_distributed(table: &Table, names: &Names, place: Place<'_>) -> Vec<String> {
    let all = schema::create(table, place);
    let Some(spreads) = all.get(1) else { return Vec::new() };
    debug_assert!(spreads.text.contains(&names.rows));
    vec![spreads.text.replace("create table if not exists", "create or replace table")]
}

/// Returns the statements that remove what the copy leaves behind.
fn drop_rebuilt(table: &Table, names: &Names, place: Place<'_>) -> Vec<String> {
    let mut statements = vec![drop_table(&names.rebuilt, place)];
    if place.cluster.is_some() {
        statements.push(drop_table(rebuilt(table).name, place));
    }
    statements
}

fn drop_table(name: &str, place: Place<'_>) -> String {
    // A server refuses to drop large tables unless told.
    let Place { database, .. } = place;
    format!("drop table if exists `{database}`.`{name}`{} sync settings max_table_size_to_drop = 0", on_cluster(place))
}

fn on_cluster(place: Place<'_>) -> String {
    place.cluster.map(|cluster| format!(" on cluster `{cluster}`")).unwrap_or_default()
}

/// Copying takes as long as it takes.
fn long() -> Options {
    Options { timeout: Duration::from_secs(24 * 3600), ..Options::default() }
}

/// Returns the statements of a whole rebuild in order, for one day, as they are on a cluster or a server.
#[cfg(test)]
pub(crate) fn described(rebuild: &Rebuild, place: Place<'_>) -> String {
    let names = Names::of(rebuild.table, place);
    let made: Vec<String> =
        schema::create(&rebuilt(rebuild.table), place).into_iter().map(|statement| statement.makes).collect();
    let mut lines = vec![
        format!("-- makes {}", made.join(", ")),
        format!("-- copies {} to {}", reading(&names.rows, place), rebuilt(rebuild.table).name),
        rename(&[(&names.rows, &names.before), (&names.rebuilt, &names.rows)], place),
    ];
    lines.extend(replace_distributed(rebuild.table, &names, place));
    lines.push(format!("-- copies {} to {}", reading(&names.before, place), rebuild.table.name));
    lines.push(drop_table(&names.before, place));
    lines.extend(drop_rebuilt(rebuild.table, &names, place));
    lines.join(";\n")
}
