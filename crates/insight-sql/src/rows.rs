//! The events that somebody may see.

use std::sync::Arc;

use analytics_model::{Filter, Outliers, ProjectId, Sql, Traffic};
use chrono::{DateTime, Utc};
use indoc::formatdoc;
use serde::Deserialize;

use crate::condition::{self, Used};
use crate::error::Error;
use crate::parameters::Parameters;
use crate::property::PropertyColumns;

/// The events of a project that somebody may see: where every statement about events begins.
#[derive(Debug, Clone, PartialEq)]
pub struct Events {
    project: ProjectId,
    rows: Option<Filter>,
    columns: Arc<PropertyColumns>,
}

impl Events {
    /// Returns the events of a project that `rows` lets through; all where there is no filter.
    pub fn of(project: ProjectId, rows: Option<Filter>) -> Self {
        Self { project, rows, columns: Arc::default() }
    }

    /// Reads properties out of the columns they were given.
    #[must_use]
    pub fn with_columns(self, columns: Arc<PropertyColumns>) -> Self {
        Self { columns, ..self }
    }

    /// Returns a statement: `write` makes its text around the condition that stands behind `from events where`.
    pub fn statement(&self, write: impl FnOnce(&str) -> String) -> Result<Sql, Error> {
        let mut parameters = Parameters::inline().with_columns(Arc::clone(&self.columns));
        let condition = self.condition(&mut parameters)?;
        Ok(parameters.into_sql(write(&condition)))
    }

    /// Returns the condition for these events.
    pub(crate) fn condition(&self, parameters: &mut Parameters) -> Result<String, Error> {
        let mut conditions = vec![format!("project_id = {}", parameters.bind_as("project", "UUID", self.project))];
        conditions.extend(rows(self.rows.as_ref(), parameters)?);
        Ok(conditions.join(" and "))
    }
}

/// Compiles the filter of the rows somebody may see. What a question may use up is not touched by it.
pub(crate) fn rows(filter: Option<&Filter>, parameters: &mut Parameters) -> Result<Option<String>, Error> {
    let compile = |filter| condition::compile(filter, "rows", parameters, &mut Used::default());
    filter.map(compile).transpose()
}

/// Returns the condition for whose events are asked about, if there is one: the one place where what is not people's
/// is left out.
pub fn traffic(traffic: Traffic) -> Option<String> {
    // One of three words of ours, so it stands in the statement as it is.
    traffic.tag().map(|tag| format!("traffic = '{tag}'"))
}

/// A day of a project, in UTC, with events: what [`days`] asks for, one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct DayOfEvents {
    /// The time of its first event, in milliseconds since 1970.
    pub first_ms: i64,
    /// How many there are.
    pub events: u64,
}

/// Returns the statement for the days with events, in order: [`DayOfEvents`].
pub fn days(events: &Events, of: Traffic) -> Result<Sql, Error> {
    let of: String = traffic(of).map(|condition| format!(" and {condition}")).unwrap_or_default();
    events.statement(|events| {
        formatdoc! {"
            select toUnixTimestamp64Milli(min(timestamp)) as first_ms, count() as events
            from events
            where {events}{of}
            group by date
            order by date"}
    })
}

/// A silence after which earlier events are no part of all time, however many they are: no product is silent that long.
const LONG_SILENCE_DAYS: i64 = 20 * 365;

/// A silence after which earlier events are no part of all time if they are few.
const SILENCE_DAYS: i64 = 365;

/// How few: less than one in this many of all events.
const FEW: u64 = 100;

/// Returns when all time begins, and what lies before it.
///
/// All time begins with the first event, but for those that are followed by more than a year without any and are fewer
/// than one in a hundred, or by more than twenty years: clocks that were never set say 1970, and one such event would
/// make a chart of half a century with everything in its last pixel.
pub fn all_time(days: &[DayOfEvents]) -> Option<(DateTime<Utc>, Option<Outliers>)> {
    let all: u64 = days.iter().map(|day| day.events).sum();
    let (mut first, mut before, mut passed) = (days.first()?, 0, 0);
    for pair in days.windows(2) {
        passed += pair[0].events;
        let silence = (pair[1].first_ms - pair[0].first_ms) / 86_400_000;
        let is_few = passed.saturating_mul(FEW) < all;
        if silence > LONG_SILENCE_DAYS || (silence > SILENCE_DAYS && is_few) {
            (first, before) = (&pair[1], passed);
        }
    }
    let at = DateTime::from_timestamp_millis;
    let outliers = (before > 0).then_some(Outliers { events: before, first: at(days.first()?.first_ms)? });
    Some((at(first.first_ms)?, outliers))
}

/// Returns the statement for how many people had an event since then, as `people`: those who are there now.
pub fn online(events: &Events, of: Traffic) -> Result<Sql, Error> {
    let of: String = traffic(of).map(|condition| format!(" and {condition}")).unwrap_or_default();
    events.statement(|events| {
        formatdoc! {"
            select uniqExact(person_id) as people
            from events
            where {events}{of} and date >= toDate({{since:DateTime64(3, 'UTC')}})
                and timestamp > {{since:DateTime64(3, 'UTC')}} and timestamp <= {{until:DateTime64(3, 'UTC')}}"}
    })
}
