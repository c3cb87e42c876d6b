//! What the writer asks of the table of events.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::time::Duration;

use analytics_model::{EventId, PersonId, ProjectId, sql};
use analytics_store::{Block, Day, Error, Given, InsertOptions, Options, RunningSession, SessionChange, Store};
use chrono::{DateTime, NaiveDate, Utc};
use futures::StreamExt;
use serde::Deserialize;
use uuid::Uuid;

/// How far back ids are remembered from, before the last event's arrival.
const WINDOW_HOURS: i64 = 24;

/// Running sessions that are read at most: those with the latest events.
const SESSIONS: usize = 100_000;

/// Where events go.
pub(super) const EVENTS: &str = "events";
/// Where those go that are refused.
pub(super) const REJECTED: &str = "events_rejected";

/// The tables of events; tests have one that loses answers.
pub(super) trait Table: Send + Sync + 'static {
    /// Inserts a block, once for each token.
    fn insert(
        &self,
        table: &'static str,
        block: &Block,
        token: &str,
        timeout: Duration,
    ) -> impl Future<Output = Result<(), Error>> + Send;

    /// Returns which of a project's ids are stored on these days.
    fn existing(
        &self,
        project: ProjectId,
        ids: &[EventId],
        days: RangeInclusive<NaiveDate>,
    ) -> impl Future<Output = Result<Vec<EventId>, Error>> + Send;

    /// Returns the distinct ids that were given to other people since.
    fn given_since(&self, version: u64) -> impl Future<Output = Result<Vec<Given>, Error>> + Send;

    /// Returns the distinct ids of people who have more than their own.
    fn given_to(
        &self,
        project: ProjectId,
        people: &[PersonId],
    ) -> impl Future<Output = Result<Vec<Given>, Error>> + Send;

    /// Returns which of these people have said who they are.
    fn identified(
        &self,
        project: ProjectId,
        people: &[PersonId],
    ) -> impl Future<Output = Result<Vec<PersonId>, Error>> + Send;

    /// Gives the events of people to others.
    fn move_people(
        &self,
        project: ProjectId,
        moves: &[(PersonId, PersonId)],
    ) -> impl Future<Output = Result<(), Error>> + Send;

    /// Returns the sessions of our own making that had an event since then, and whether these are all.
    fn running_sessions(
        &self,
        since: DateTime<Utc>,
    ) -> impl Future<Output = Result<(Vec<RunningSession>, bool), Error>> + Send;

    /// Returns the sessions of our own making that distinct ids have on some days.
    fn sessions_of(
        &self,
        project: ProjectId,
        ids: &[String],
        days: (NaiveDate, NaiveDate),
    ) -> impl Future<Output = Result<Vec<RunningSession>, Error>> + Send;

    /// Returns when a session's last event until a moment was, and the first after it.
    fn session_around(
        &self,
        project: ProjectId,
        session: Uuid,
        at: DateTime<Utc>,
    ) -> impl Future<Output = Result<(Option<i64>, Option<i64>), Error>> + Send;

    /// Gives events to other sessions, on these days.
    fn change_sessions(
        &self,
        project: ProjectId,
        changes: &[SessionChange],
        days: &BTreeSet<NaiveDate>,
    ) -> impl Future<Output = Result<(), Error>> + Send;

    /// Marks days whose sums are to be computed anew.
    fn mark_days(&self, days: &[Day], reason: &str) -> impl Future<Output = Result<(), Error>> + Send;

    /// Returns the ids that arrived last, of 24 hours and about `limit` at most.
    fn recent(&self, limit: usize) -> impl Future<Output = Result<Vec<(ProjectId, EventId)>, Error>> + Send;
}

/// The table in the analytics store.
pub(super) struct EventsTable {
    store: Store,
}

impl EventsTable {
    pub(super) fn new(store: Store) -> Self {
        Self { store }
    }
}

impl Table for EventsTable {
    async fn insert(&self, table: &'static str, block: &Block, token: &str, timeout: Duration) -> Result<(), Error> {
        let options = InsertOptions { deduplication_token: Some(token.to_owned()), timeout };
        self.store.insert(table, block, &options).await.map(drop)
    }

    async fn existing(
        &self,
        project: ProjectId,
        ids: &[EventId],
        days: RangeInclusive<NaiveDate>,
    ) -> Result<Vec<EventId>, Error> {
        #[derive(Deserialize)]
        struct Row {
            event_id: EventId,
        }
        let question = sql("select event_id from events \
             where project_id = {project:UUID} and date between {first:Date} and {last:Date} \
             and event_id in {ids:Array(UUID)}")
        .bind("project", project)
        .bind("first", *days.start())
        .bind("last", *days.end())
        .bind("ids", ids.iter().map(|id| id.0).collect::<Vec<Uuid>>());
        let options =
            Options { timeout: Duration::from_secs(30), up_to_date: true, read_only: true, ..Options::default() };
        let answer = self.store.rows::<Row>(&question, &options).await?;
        Ok(answer.rows.into_iter().map(|row| row.event_id).collect())
    }

    async fn given_since(&self, version: u64) -> Result<Vec<Given>, Error> {
        self.store.given_since(version).await
    }

    async fn given_to(&self, project: ProjectId, people: &[PersonId]) -> Result<Vec<Given>, Error> {
        self.store.given_to(project, people).await
    }

    async fn identified(&self, project: ProjectId, people: &[PersonId]) -> Result<Vec<PersonId>, Error> {
        self.store.identified(project, people).await
    }

    async fn move_people(&self, project: ProjectId, moves: &[(PersonId, PersonId)]) -> Result<(), Error> {
        self.store.move_people(project, moves).await
    }

    async fn running_sessions(&self, since: DateTime<Utc>) -> Result<(Vec<RunningSession>, bool), Error> {
        let running = self.store.running_sessions(since, SESSIONS).await?;
        let is_all = running.len() < SESSIONS;
        Ok((running, is_all))
    }

    async fn sessions_of(
        &self,
        project: ProjectId,
        ids: &[String],
        days: (NaiveDate, NaiveDate),
    ) -> Result<Vec<RunningSession>, Error> {
        self.store.sessions_of(project, ids, days).await
    }

    async fn session_around(
        &self,
        project: ProjectId,
        session: Uuid,
        at: DateTime<Utc>,
    ) -> Result<(Option<i64>, Option<i64>), Error> {
        self.store.session_around(project, session, at).await
    }

    async fn change_sessions(
        &self,
        project: ProjectId,
        changes: &[SessionChange],
        days: &BTreeSet<NaiveDate>,
    ) -> Result<(), Error> {
        self.store.change_sessions(project, changes, days).await
    }

    async fn mark_days(&self, days: &[Day], reason: &str) -> Result<(), Error> {
        self.store.mark_days(days, reason).await
    }

    async fn recent(&self, limit: usize) -> Result<Vec<(ProjectId, EventId)>, Error> {
        let options =
            Options { timeout: Duration::from_secs(120), up_to_date: true, read_only: true, ..Options::default() };
        let Some(since_ms) = self.since(limit, &options).await? else { return Ok(Vec::new()) };
        let question = sql("select project_id, event_id from events \
             where received_at >= fromUnixTimestamp64Milli({since:Int64})")
        .bind("since", since_ms);
        let mut stream = std::pin::pin!(self.store.stream(&question, "RowBinary", &options).await?);
        let mut ids = Vec::new();
        let mut rest = Vec::new();
        while let Some(piece) = stream.next().await {
            rest.extend_from_slice(&piece?);
            let rows = rest.chunks_exact(32);
            let incomplete = rows.remainder().to_vec();
            ids.extend(rows.map(|row| (ProjectId(uuid_of(&row[..16])), EventId(uuid_of(&row[16..])))));
            rest = incomplete;
        }
        Ok(ids)
    }
}

impl EventsTable {
    /// Returns the second from which about `limit` events arrived, in milliseconds, at most 24 hours before the last.
    async fn since(&self, limit: usize, options: &Options) -> Result<Option<i64>, Error> {
        #[derive(Deserialize)]
        struct Row {
            since: Option<i64>,
        }
        let question = sql("with (select max(received_at) from events) as last \
             select minOrNull(toUnixTimestamp64Milli(second)) as since from ( \
                 select toStartOfSecond(received_at) as second, \
                     sum(count()) over (order by second desc) as events_since \
                 from events where received_at >= last - toIntervalHour({hours:UInt32}) \
                 group by second \
             ) where events_since <= {limit:UInt64} or second = toStartOfSecond(last)")
        .bind("hours", WINDOW_HOURS)
        .bind("limit", limit as u64);
        let answer = self.store.rows::<Row>(&question, options).await?;
        Ok(answer.rows.first().and_then(|row| row.since))
    }
}

/// Two halves, the high one first, each little-endian.
fn uuid_of(bytes: &[u8]) -> Uuid {
    let half = |bytes: &[u8]| bytes.iter().rev().fold(0_u64, |value, byte| value << 8 | u64::from(*byte));
    Uuid::from_u64_pair(half(&bytes[..8]), half(&bytes[8..16]))
}
