//! Columns of `events` for properties that are asked for often.
//!
//! Such a column is computed from the event's JSON: for new events as they are stored, for old ones as they are read,
//! until they are written anew in the background. So an answer is the same with and without it. The column's comment
//! says which property it is; there is no second list that could say otherwise.

use std::fmt::Write;
use std::time::Duration;

use analytics_model::{ProjectId, sql};
use chrono::NaiveDate;
use serde::Deserialize;

use crate::connection::identifier;
use crate::schema::{EVENTS, Spread, rows_of};
use crate::{Block, Column, Error, InsertOptions, Options, Store};

/// What a column's name begins with.
const PREFIX: &str = "p_";

/// A property with a column of its own, made while the product runs.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PropertyColumn {
    /// The property.
    pub property: String,
    /// The column of `events`.
    pub column: String,
    /// Seconds since 1970 when it was given up; questions that were compiled before may still name it for a while.
    pub retired_at: Option<u64>,
}

impl Store {
    /// Returns the columns there are.
    pub async fn property_columns(&self) -> Result<Vec<PropertyColumn>, Error> {
        #[derive(Deserialize)]
        struct Found {
            name: String,
            comment: String,
        }
        let question = sql("select name, comment from system.columns where database = currentDatabase() \
                            and table = {table:String} and startsWith(name, {prefix:String}) order by name");
        let question = question.bind("table", EVENTS.name).bind("prefix", PREFIX);
        let found = self.rows::<Found>(&question, &quick()).await?.rows;
        // A comment of another shape is nothing of ours.
        Ok(found.into_iter().filter_map(|one| read(one.name, &one.comment)).collect())
    }

    /// Makes a column for a property, or takes one that was given up back into use, and begins to fill it.
    pub async fn add_property_column(&self, property: &str, column: &str, few_values: bool) -> Result<(), Error> {
        let column = checked(column)?;
        let kind = if few_values { "LowCardinality(Nullable(String))" } else { "Nullable(String)" };
        // In hexadecimal digits the name can hold whatever it likes.
        let name = format!("unhex('{}')", hex(property));
        let text = format!("JSONExtract(properties, {name}, 'Nullable(String)')");
        // There is one zero, whatever its sign.
        let value = format!("if({text} = '-0' and JSONType(properties, {name}) = 'Double', '0', {text})");
        for table in self.event_tables() {
            let comment = quoted(&comment(property, None));
            let text = format!(
                "alter table {table} add column if not exists `{column}` {kind} default {value} comment {comment}, \
                 comment column `{column}` {comment}"
            );
            self.execute(&sql(text), &patient()).await?;
        }
        self.fill_property_column(&column).await
    }

    /// Writes the column's values into the parts that lack them, in the background.
    pub async fn fill_property_column(&self, column: &str) -> Result<(), Error> {
        let column = checked(column)?;
        let text = format!("alter table {} materialize column `{column}`", self.event_rows());
        self.execute(&sql(text), &patient()).await.map(drop)
    }

    /// Returns which of the columns have parts without their values, and nothing under way to write them: as after a
    /// run that was cut off between making a column and filling it.
    pub async fn unfilled_property_columns(&self) -> Result<Vec<String>, Error> {
        #[derive(Deserialize)]
        struct Found {
            name: String,
        }
        let question = sql("\
with
    (select count() from system.parts where database = currentDatabase() and table = {table:String} and active) as parts,
    (select count() from system.mutations
        where database = currentDatabase() and table = {table:String} and not is_done) as under_way
select columns.name as name
from system.columns as columns
left join (
    select column, count() as filled from system.parts_columns
    where database = currentDatabase() and table = {table:String} and active and startsWith(column, {prefix:String})
    group by column
) as written on written.column = columns.name
where columns.database = currentDatabase() and columns.table = {table:String}
    and startsWith(columns.name, {prefix:String}) and under_way = 0 and ifNull(written.filled, 0) < parts");
        let rows = rows_of(&EVENTS, self.place());
        let found = self.rows::<Found>(&question.bind("table", rows).bind("prefix", PREFIX), &quick()).await?.rows;
        Ok(found.into_iter().map(|one| one.name).collect())
    }

    /// Gives a column up: it stays for a while, for questions under way.
    pub async fn retire_property_column(&self, column: &PropertyColumn, at: u64) -> Result<(), Error> {
        let name = checked(&column.column)?;
        for table in self.event_tables() {
            let comment = quoted(&comment(&column.property, Some(at)));
            self.execute(&sql(format!("alter table {table} comment column `{name}` {comment}")), &patient()).await?;
        }
        Ok(())
    }

    /// Removes a column.
    pub async fn drop_property_column(&self, column: &str) -> Result<(), Error> {
        let column = checked(column)?;
        // What spreads the questions first: it must name no column that a shard lacks.
        for table in self.event_tables().into_iter().rev() {
            self.execute(&sql(format!("alter table {table} drop column if exists `{column}`")), &patient()).await?;
        }
        Ok(())
    }

    /// Tells whether a property's newest values are so few that a column of them is better kept as a dictionary.
    pub async fn has_few_values(&self, property: &str) -> Result<bool, Error> {
        #[derive(Deserialize)]
        struct Counted {
            different: u64,
        }
        let question = sql("select uniq(value) as different from (\
             select JSONExtract(properties, {property:String}, 'Nullable(String)') as value from events \
             where date >= today() - 7 limit 200000)");
        let rows = self.rows::<Counted>(&question.bind("property", property), &patient()).await?.rows;
        Ok(rows.first().is_some_and(|counted| counted.different <= 5_000))
    }

    /// Adds to the record of what questions ask for.
    pub async fn record_property_uses(&self, date: NaiveDate, uses: &[(ProjectId, String, u64)]) -> Result<(), Error> {
        let day = (date - NaiveDate::default()).num_days();
        let day = u16::try_from(day).unwrap_or_default();
        let block = Block::new()
            .column("date", Column::Date(vec![day; uses.len()]))
            .column("project_id", Column::Uuid(uses.iter().map(|(project, ..)| project.0).collect()))
            .column("property", Column::Text(uses.iter().map(|(_, property, _)| property).collect()))
            .column("uses", Column::UInt64(uses.iter().map(|(.., uses)| *uses).collect()));
        self.insert("property_uses", &block, &InsertOptions::default()).await.map(drop)
    }

    /// Deletes the record of days before one.
    pub async fn forget_property_uses(&self, before: NaiveDate) -> Result<(), Error> {
        #[derive(Deserialize)]
        struct Old {
            rows: u64,
        }
        let question = sql("select count() as rows from property_uses where date < {before:Date}");
        let old = self.rows::<Old>(&question.bind("before", before), &quick()).await?.rows;
        if old.first().is_none_or(|old| old.rows == 0) {
            return Ok(());
        }
        let place = self.cluster().map(|cluster| format!(" on cluster `{cluster}`")).unwrap_or_default();
        let statement = sql(format!("alter table property_uses{place} delete where date < {{before:Date}}"));
        self.execute(&statement.bind("before", before), &patient()).await.map(drop)
    }

    /// Returns the properties that were asked for most since a day, with how often.
    pub async fn most_used_properties(&self, since: NaiveDate, limit: u64) -> Result<Vec<(String, u64)>, Error> {
        #[derive(Deserialize)]
        struct Used {
            property: String,
            times: u64,
        }
        let question = sql("select property, sum(uses) as times from property_uses where date >= {since:Date} \
                            group by property order by times desc, property limit {limit:UInt64}");
        let rows = self.rows::<Used>(&question.bind("since", since).bind("limit", limit), &quick()).await?.rows;
        Ok(rows.into_iter().map(|row| (row.property, row.times)).collect())
    }

    /// Returns the tables that an event's columns stand in, those of rows first.
    fn event_tables(&self) -> Vec<String> {
        let spread = match (self.cluster(), EVENTS.spread) {
            (Some(cluster), Spread::ByKey(_)) => Some(format!("`{}` on cluster `{cluster}`", EVENTS.name)),
            _ => None,
        };
        std::iter::once(self.event_rows()).chain(spread).collect()
    }

    fn event_rows(&self) -> String {
        let rows = rows_of(&EVENTS, self.place());
        self.cluster().map_or_else(|| format!("`{rows}`"), |cluster| format!("`{rows}` on cluster `{cluster}`"))
    }
}

fn comment(property: &str, retired_at: Option<u64>) -> String {
    match retired_at {
        None => format!("property: {property}"),
        Some(at) => format!("given up at {at}: {property}"),
    }
}

fn read(column: String, comment: &str) -> Option<PropertyColumn> {
    if let Some(property) = comment.strip_prefix("property: ") {
        return Some(PropertyColumn { property: property.to_owned(), column, retired_at: None });
    }
    let (at, property) = comment.strip_prefix("given up at ")?.split_once(": ")?;
    Some(PropertyColumn { property: property.to_owned(), column, retired_at: Some(at.parse().ok()?) })
}

fn checked(column: &str) -> Result<String, Error> {
    let is_ours = column.starts_with(PREFIX) && column.len() > PREFIX.len();
    let name = identifier("column", column).map_err(Error::Block)?;
    if is_ours { Ok(name) } else { Err(Error::Block(format!("{name} is no column of a property"))) }
}

fn hex(text: &str) -> String {
    text.bytes().fold(String::new(), |mut hex, byte| {
        // Writing to a String can't fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

fn quick() -> Options {
    Options { timeout: Duration::from_secs(20), ..Options::default() }
}

/// Altering waits for what is under way.
fn patient() -> Options {
    Options { timeout: Duration::from_secs(300), ..Options::default() }
}
