//! Which events the table holds already, where that has to be asked.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use analytics_model::{EventId, ProjectId};
use chrono::{Days, NaiveDate};
use tokio::sync::oneshot;

use super::drain::{Drainer, Stopped};
use super::ids::{self, Mark};
use super::patience::Pauses;
use super::plan::{Plan, Row};
use super::table::Table;

/// Ids asked for in one question.
const IDS_A_QUESTION: usize = 10_000;

impl<T: Table> Drainer<T> {
    /// Returns the marks of those rows that the table holds.
    pub(super) async fn existing(&self, plan: &Plan, rows: &[usize]) -> Result<HashSet<Mark>, Stopped> {
        let mut asked: BTreeMap<ProjectId, Vec<&Row>> = BTreeMap::new();
        for row in rows.iter().map(|index| &plan.rows[*index]) {
            asked.entry(plan.project(row)).or_default().push(row);
        }
        let mut existing = HashSet::new();
        for (project, mut rows) in asked {
            rows.sort_unstable_by_key(|row| days(row));
            for chunk in rows.chunk_by(|one, other| one.is_dated == other.is_dated) {
                for chunk in chunk.chunks(IDS_A_QUESTION) {
                    for id in self.ask(project, chunk).await? {
                        existing.insert(self.ids.mark(project, id));
                    }
                }
            }
        }
        Ok(existing)
    }

    async fn ask(&self, project: ProjectId, rows: &[&Row]) -> Result<Vec<EventId>, Stopped> {
        let ids: Vec<EventId> = rows.iter().map(|row| row.id).collect();
        let first = rows.iter().map(|row| days(row).0).min().unwrap_or(DAYS.0);
        let last = rows.iter().map(|row| days(row).1).max().unwrap_or(DAYS.1);
        self.answered(|| self.table.existing(project, &ids, first..=last)).await
    }
}

/// Returns the days on which an event of this id may be stored.
///
/// Clock corrections move a repeated event by seconds, so the days beside count too. An event that came without a time
/// has that of its arrival, which was another one before.
fn days(row: &Row) -> (NaiveDate, NaiveDate) {
    if !row.is_dated {
        return DAYS;
    }
    let day = row.time.date_naive();
    let before = day.checked_sub_days(Days::new(1)).unwrap_or(day).max(DAYS.0);
    (before, day.checked_add_days(Days::new(1)).unwrap_or(day).min(DAYS.1))
}

/// The first and the last day of any event.
const DAYS: (NaiveDate, NaiveDate) = {
    let first = NaiveDate::from_ymd_opt(1970, 1, 1).expect("a date");
    (first, NaiveDate::from_ymd_opt(2105, 12, 31).expect("a date"))
};

/// Reads the ids of the last 24 hours, as soon as the table answers.
pub(super) async fn load_recent<T: Table>(
    table: Arc<T>,
    key: std::hash::RandomState,
    limit: usize,
    loaded: oneshot::Sender<Vec<Mark>>,
) {
    let mut pauses = Pauses::new();
    while !loaded.is_closed() {
        match table.recent(limit).await {
            Ok(ids) => {
                tracing::debug!(ids = ids.len(), "read the ids of recent events");
                let marks = ids.into_iter().map(|(project, event)| ids::mark_of(&key, project, event)).collect();
                // The writer may be gone by now.
                let _ = loaded.send(marks);
                return;
            }
            Err(error) => tracing::debug!(%error, "can't read the ids of recent events yet"),
        }
        pauses.next().await;
    }
}
