//! How many events keys and projects may send, where somebody has set a limit.
//!
//! Each server counts for itself, so that no event waits for another server: with two servers a key may send twice as
//! many a minute. What was taken this month is counted in the analytics store, once a minute.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use analytics_model::{ApiKeyId, ProjectId, sql};
use analytics_store::Options;
use chrono::{DateTime, Datelike, Months, NaiveTime, TimeDelta, Utc};
use serde::Deserialize;

use super::error::Error;
use super::intake::Admitted;
use crate::App;

/// How old a count of the month may be.
const RECOUNTED: TimeDelta = TimeDelta::minutes(1);
const MOST_KEPT: usize = 100_000;

/// What was taken, as far as limits need it.
#[derive(Default)]
pub(crate) struct Quotas {
    /// When all that a key has sent will be forgiven.
    keys: Mutex<HashMap<ApiKeyId, DateTime<Utc>>>,
    months: Mutex<HashMap<ProjectId, Month>>,
}

#[derive(Clone, Copy)]
struct Month {
    counted_at: DateTime<Utc>,
    events: u64,
}

/// Counts events of a request, or says that they are too many; then none of them is counted.
pub(super) async fn count(app: &App, admitted: &Admitted, events: usize) -> Result<(), Error> {
    let project = admitted.arrival.project;
    // While the metadata store is away and nothing is known of a project, collecting goes on without limits.
    let Ok(settings) = app.collection_settings().get(project).await else { return Ok(()) };
    let now = app.now();
    if let Some(most) = settings.events_per_month {
        let taken = app.quotas().this_month(app, project, now).await;
        if taken.saturating_add(events as u64) > most {
            return Err(Error::QuotaUsedUp(until_next_month(now)));
        }
    }
    if let Some(most) = settings.events_per_minute {
        app.quotas().count_key(admitted.key, events as u64, most, now).map_err(Error::TooFast)?;
    }
    if settings.events_per_month.is_some() {
        app.quotas().add(project, events as u64);
    }
    Ok(())
}

impl Quotas {
    /// Each event moves the time of forgiveness by its share of a minute; more than a minute ahead is too far. What is
    /// larger than a minute's worth is let in when nothing else counts.
    fn count_key(&self, key: ApiKeyId, events: u64, most: u64, now: DateTime<Utc>) -> Result<(), Duration> {
        const MINUTE: TimeDelta = TimeDelta::minutes(1);
        let share = TimeDelta::microseconds((events.saturating_mul(60_000_000) / most.max(1)) as i64);
        let mut keys = lock(&self.keys);
        let forgiven = keys.get(&key).copied().unwrap_or(now).max(now);
        let next = forgiven + share;
        if next > now + MINUTE && forgiven > now {
            return Err((next - now - MINUTE).min(forgiven - now).to_std().unwrap_or_default());
        }
        if keys.len() >= MOST_KEPT {
            keys.retain(|_, forgiven| *forgiven > now);
        }
        keys.insert(key, next);
        Ok(())
    }

    async fn this_month(&self, app: &App, project: ProjectId, now: DateTime<Utc>) -> u64 {
        let known = lock(&self.months).get(&project).copied();
        let known = known.filter(|known| first_of_month(known.counted_at) == first_of_month(now));
        if let Some(known) = known
            && now - known.counted_at < RECOUNTED
        {
            return known.events;
        }
        // While the store is away, what was known is all there is: collecting goes on.
        let events = match taken_since(app, project, first_of_month(now)).await {
            Ok(events) => events,
            Err(error) => {
                tracing::debug!(%error, %project, "the events of the month can't be counted");
                known.map_or(0, |known| known.events)
            }
        };
        lock(&self.months).insert(project, Month { counted_at: now, events });
        events
    }

    fn add(&self, project: ProjectId, events: u64) {
        if let Some(month) = lock(&self.months).get_mut(&project) {
            month.events += events;
        }
    }
}

async fn taken_since(app: &App, project: ProjectId, since: DateTime<Utc>) -> Result<u64, analytics_store::Error> {
    #[derive(Deserialize)]
    struct Row {
        events: u64,
    }
    // Old events that arrive now count too, so that it is the arrival that is looked at.
    let question = sql("select count() as events from events \
        where project_id = {project:UUID} and received_at >= {since:DateTime64(3, 'UTC')}")
    .bind("project", project)
    .bind("since", since);
    let options = Options { timeout: Duration::from_secs(10), read_only: true, ..Options::default() };
    let answer = app.analytics().rows::<Row>(&question, &options).await?;
    Ok(answer.rows.first().map_or(0, |row| row.events))
}

fn first_of_month(time: DateTime<Utc>) -> DateTime<Utc> {
    let day = time.date_naive();
    day.with_day(1).unwrap_or(day).and_time(NaiveTime::MIN).and_utc()
}

fn until_next_month(now: DateTime<Utc>) -> Duration {
    (first_of_month(now) + Months::new(1) - now).to_std().unwrap_or_default()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_key_may_send_a_minutes_worth_at_once_and_then_its_share() {
        let quotas = Quotas::default();
        let key = ApiKeyId(Uuid::nil());
        let start = DateTime::from_timestamp(1_777_636_800, 0).unwrap();
        let send = |events, seconds| quotas.count_key(key, events, 600, start + TimeDelta::seconds(seconds));
        assert_eq!(send(400, 0), Ok(()));
        assert_eq!(send(200, 0), Ok(()));
        assert_eq!(send(10, 0), Err(Duration::from_secs(1)));
        assert_eq!(send(10, 1), Ok(()));
        assert_eq!(send(1_000_000, 30), Err(Duration::from_secs(31)), "it is told when it may come");
        assert_eq!(send(1_000_000, 61), Ok(()), "and is let in alone");
        assert!(send(1, 62).is_err());
    }
}
