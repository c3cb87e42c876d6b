//! Sums and states computed anew from the events of a day: after a merge of people, after a doubt, for days from
//! before there were any.
//!
//! A day's rows are deleted and made again from its events. A block that comes in between may be counted twice then,
//! never too little; so a computed day is counted again some minutes later, and computed once more where that is so.
//! Each step may be repeated, and a run that was cut off is made up for by the next: a day stays marked until it was
//! computed.

use std::time::Duration;

use analytics_model::{ProjectId, Sql, sql};
use chrono::NaiveDate;
use serde::Deserialize;

use crate::schema::{
    self, EVENT_FEED, EVENTS_REJECTED, Feed, IDENTIFIED_PEOPLE, PERSON_MERGES, PERSON_OVERRIDES, Table, feeds,
};
use crate::{Error, Options, Store};

/// A day of a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
pub struct Day {
    /// The project.
    #[serde(rename = "project_id")]
    pub project: ProjectId,
    /// The day, in UTC.
    pub date: NaiveDate,
}

impl Store {
    /// Marks days to be computed anew.
    pub async fn mark_days(&self, days: &[Day], reason: &str) -> Result<(), Error> {
        for day in days {
            let statement = sql("insert into dirty_days (project_id, date, reason, marked_at) \
                                 select {project:UUID}, {date:Date}, {reason:String}, now64(6)");
            self.execute(&of(statement, *day).bind("reason", reason), &patient()).await?;
        }
        Ok(())
    }

    /// Marks all days on which a distinct id has events: to be called after it was given to another person.
    pub async fn mark_days_of_user(&self, project: ProjectId, user_id: &str, reason: &str) -> Result<(), Error> {
        let statement = sql("insert into dirty_days (project_id, date, reason, marked_at) \
             select distinct project_id, date, {reason:String}, now64(6) from events \
             where project_id = {project:UUID} and user_id = {user:String}")
        .bind("project", project)
        .bind("user", user_id)
        .bind("reason", reason);
        self.execute(&statement, &patient()).await.map(drop)
    }

    /// Marks days since `from` whose sums are not those of their events, and returns how many there are.
    pub async fn mark_doubtful_days(&self, from: NaiveDate) -> Result<usize, Error> {
        let question = sql(format!("{COUNTED} having events != sessions or events != quarters")
            .replace("{which}", "date >= {from:Date}"));
        let days = self.rows::<Day>(&question.bind("from", from), &patient()).await?.rows;
        self.mark_days(&days, "sums differ from events").await?;
        Ok(days.len())
    }

    /// Returns marked days, those that wait longest first.
    pub async fn marked_days(&self, limit: u64) -> Result<Vec<Day>, Error> {
        self.days("max(marked_at) >= max(computed_at)", limit, Duration::ZERO).await
    }

    /// Returns days that were computed so long ago that nothing of that time is under way any more, and were not
    /// counted since.
    pub async fn unchecked_days(&self, limit: u64, settled: Duration) -> Result<Vec<Day>, Error> {
        let condition = "max(marked_at) < max(computed_at) and max(checked_at) <= max(computed_at) \
                         and max(computed_at) <= now64(6) - interval {settled:UInt64} second";
        self.days(condition, limit, settled).await
    }

    /// Computes a day anew.
    pub async fn recompute(&self, day: Day) -> Result<(), Error> {
        let began = self.now().await?;
        for feed in feeds() {
            let rows = self.altered(feed.target);
            let text = format!("delete from {rows} where project_id = {{project:UUID}} and date = {{date:Date}}");
            self.execute(&of(sql(text), day), &patient()).await?;
            self.execute(&of(sql(refill(feed)), day), &refilling()).await?;
        }
        let statement = sql("insert into dirty_days (project_id, date, computed_at) \
                             select {project:UUID}, {date:Date}, parseDateTime64BestEffort({began:String}, 6, 'UTC')");
        self.execute(&of(statement, day).bind("began", began), &patient()).await.map(drop)
    }

    /// Counts a computed day, and marks it again if its sums are not those of its events.
    pub async fn check(&self, day: Day) -> Result<bool, Error> {
        let question = sql(format!("{COUNTED} having events != sessions or events != quarters")
            .replace("{which}", "project_id = {project:UUID} and date = {date:Date}"));
        if !self.rows::<Day>(&of(question, day), &patient()).await?.rows.is_empty() {
            self.mark_days(&[day], "counted twice while it was computed").await?;
            return Ok(false);
        }
        let statement = sql("insert into dirty_days (project_id, date, checked_at) \
                             select {project:UUID}, {date:Date}, now64(6)");
        self.execute(&of(statement, day), &patient()).await?;
        Ok(true)
    }

    /// Erases what was made of a project's events: of all, or of those before a day. Does nothing where there is
    /// nothing.
    pub async fn erase_states(&self, project: ProjectId, before: Option<NaiveDate>) -> Result<(), Error> {
        #[derive(Deserialize)]
        struct Counted {
            rows: u64,
        }
        let fed = feeds().iter().map(|feed| feed.target).chain([&schema::DIRTY_DAYS, &EVENTS_REJECTED]);
        let tables: Vec<&Table> = match before {
            Some(_) => fed.collect(),
            None => fed
                .chain([
                    &PERSON_OVERRIDES,
                    &PERSON_MERGES,
                    &IDENTIFIED_PEOPLE,
                    &schema::INGESTION_WARNINGS,
                    &schema::INGESTION_COUNTS,
                ])
                .collect(),
        };
        let condition = match before {
            Some(_) => "project_id = {project:UUID} and date < {before:Date}",
            None => "project_id = {project:UUID}",
        };
        let bound = |text: String| {
            let statement = sql(text).bind("project", project);
            before.into_iter().fold(statement, |statement, before| statement.bind("before", before))
        };
        for table in tables {
            let question = bound(format!("select count() as rows from {} where {condition}", table.name));
            if self.rows::<Counted>(&question, &patient()).await?.rows.first().is_some_and(|counted| counted.rows > 0) {
                let statement = bound(format!("alter table {} delete where {condition}", self.altered(table)));
                let mut options = patient();
                options.settings.push(("mutations_sync".to_owned(), "2".to_owned()));
                self.execute(&statement, &options).await?;
            }
        }
        self.erase_catalogue(project, before).await
    }

    async fn days(&self, condition: &str, limit: u64, settled: Duration) -> Result<Vec<Day>, Error> {
        let question = sql(format!(
            "select project_id, date from dirty_days group by project_id, date having {condition} \
             order by max(marked_at), project_id, date limit {{limit:UInt64}}"
        ));
        let question = question.bind("limit", limit).bind("settled", settled.as_secs());
        Ok(self.rows::<Day>(&question, &patient()).await?.rows)
    }

    /// The store's own time: marks are set by it.
    async fn now(&self) -> Result<String, Error> {
        #[derive(Deserialize)]
        struct Now {
            now: String,
        }
        let rows = self.rows::<Now>(&sql("select toString(now64(6, 'UTC')) as now"), &patient()).await?.rows;
        rows.into_iter().next().map(|row| row.now).ok_or_else(|| Error::Decode("the time is missing".to_owned()))
    }
}

/// Counts of a day's events, and of what was made of them.
const COUNTED: &str = "\
select project_id, date, sum(of_events) as events, sum(of_sessions) as sessions, sum(of_quarters) as quarters
from (
    select project_id, date, count() as of_events, 0 as of_sessions, 0 as of_quarters
    from events where {which} group by project_id, date
    union all
    select project_id, date, 0, sum(events_count), 0 from session_states where {which} group by project_id, date
    union all
    select project_id, date, 0, 0, sum(events_count) from event_states where {which} group by project_id, date
)
group by project_id, date";

/// Returns the statement that makes a day's rows of a table out of its events.
fn refill(feed: &Feed) -> String {
    // People are counted after all merges; sessions keep the events' own, and their views look merges up.
    let person = if *feed == EVENT_FEED {
        "* replace (coalesce(nullIf(merged.survivor, toUUID('00000000-0000-0000-0000-000000000000')), person_id) as person_id)"
    } else {
        "*"
    };
    let joined = if *feed == EVENT_FEED {
        "left join (select user_id, argMax(person_id, version) as survivor from person_overrides \
         where project_id = {project:UUID} group by user_id) as merged on merged.user_id = day.user_id"
    } else {
        ""
    };
    let source = format!(
        "(select {person} from (select * from events where project_id = {{project:UUID}} and date = {{date:Date}}) as day {joined})"
    );
    refill_of(feed, &source)
}

/// Returns the statement that makes rows of a table out of some events.
pub(crate) fn refill_of(feed: &Feed, source: &str) -> String {
    let columns: Vec<&str> = feed.target.columns.iter().map(|column| column.name).collect();
    let columns = columns.join(", ");
    format!("insert into {} ({columns}) select {columns} from ({})", feed.target.name, feed.select_from(source))
}

fn of(statement: Sql, day: Day) -> Sql {
    statement.bind("project", day.project).bind("date", day.date)
}

fn patient() -> Options {
    Options { timeout: Duration::from_secs(600), ..Options::default() }
}

/// The same rows as before must be stored again: they were deleted.
pub(crate) fn refilling() -> Options {
    let settings = [("insert_deduplicate", "0"), ("distributed_foreground_insert", "1")];
    Options { settings: settings.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(), ..patient() }
}
