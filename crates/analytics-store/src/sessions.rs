//! Sessions that no client named: which there are, and events that turn out to belong to another.

use std::collections::BTreeSet;
use std::time::Duration;

use analytics_model::{ProjectId, Sql, Value, sql};
use chrono::{DateTime, Days, NaiveDate, Utc};
use serde::Deserialize;
use uuid::Uuid;

use crate::recompute::{refill_of, refilling};
use crate::schema::{EVENTS, SESSION_FEED};
use crate::{Error, Options, Store};

/// What one distinct id did in a session that no client named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunningSession {
    /// The project.
    pub project_id: ProjectId,
    /// The distinct id.
    pub user_id: String,
    /// The session.
    pub session_id: Uuid,
    /// The first event's time.
    pub started_at: DateTime<Utc>,
    /// The last event's time.
    pub ended_at: DateTime<Utc>,
}

/// Events of one session that belong to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionChange {
    /// The session they are in.
    pub from: Uuid,
    /// Only those after this time, in milliseconds since 1970.
    pub after: Option<i64>,
    /// Only those until this time.
    pub until: Option<i64>,
    /// The session they belong to.
    pub into: Uuid,
}

#[derive(Deserialize)]
struct Row {
    project_id: ProjectId,
    user_id: String,
    session_id: String,
    started_ms: i64,
    ended_ms: i64,
}

/// Ids of our own making are UUIDs of version 5.
const OURS: &str = "length(session_id) = 36 and substring(session_id, 15, 1) = '5'";

impl Store {
    /// Returns the sessions that no client named and that had an event since then: about `limit` at most, those with the
    /// latest events.
    pub async fn running_sessions(&self, since: DateTime<Utc>, limit: usize) -> Result<Vec<RunningSession>, Error> {
        // No session is longer than a day.
        let question = sql(format!(
            "select project_id, user_id, session_id, \
                 toUnixTimestamp64Milli(min(started_at)) as started_ms, toUnixTimestamp64Milli(max(ended_at)) as ended_ms \
             from session_states \
             where date >= {{before:Date}} and (project_id, user_id, session_id) in ( \
                 select project_id, user_id, session_id from session_states \
                 where date >= {{day:Date}} and ended_at >= fromUnixTimestamp64Milli({{since:Int64}}) and {OURS} \
                 group by project_id, user_id, session_id \
                 order by max(session_states.ended_at) desc limit {{limit:UInt64}} \
             ) group by project_id, user_id, session_id"
        ))
        .bind("day", since.date_naive())
        .bind("before", since.date_naive().checked_sub_days(Days::new(1)).unwrap_or(since.date_naive()))
        .bind("since", since.timestamp_millis())
        .bind("limit", limit as u64);
        self.found(&question).await
    }

    /// Returns the sessions that no client named in which these distinct ids have events on these days, and when those
    /// are.
    pub async fn sessions_of(
        &self,
        project: ProjectId,
        ids: &[String],
        (first, last): (NaiveDate, NaiveDate),
    ) -> Result<Vec<RunningSession>, Error> {
        // The hash is in the table's key. Sums are not asked: they may be under way to be computed anew.
        let question = sql(format!(
            "select project_id, user_id, session_id, \
                 toUnixTimestamp64Milli(min(timestamp)) as started_ms, toUnixTimestamp64Milli(max(timestamp)) as ended_ms \
             from events \
             where project_id = {{project:UUID}} and date between {{first:Date}} and {{last:Date}} \
                 and cityHash64(user_id) in (select cityHash64(arrayJoin({{ids:Array(String)}}))) \
                 and user_id in {{ids:Array(String)}} and {OURS} \
             group by project_id, user_id, session_id"
        ));
        let question = question.bind("project", project).bind("first", first).bind("last", last);
        self.found(&question.bind("ids", ids.to_vec())).await
    }

    /// Returns the time of a session's last event until a moment, and of the first after it.
    pub async fn session_around(
        &self,
        project: ProjectId,
        session: Uuid,
        at: DateTime<Utc>,
    ) -> Result<(Option<i64>, Option<i64>), Error> {
        #[derive(Deserialize)]
        struct Halves {
            last: Option<i64>,
            first: Option<i64>,
        }
        let day = at.date_naive();
        let question = sql("select \
                 toUnixTimestamp64Milli(maxOrNullIf(timestamp, timestamp <= fromUnixTimestamp64Milli({at:Int64}))) as last, \
                 toUnixTimestamp64Milli(minOrNullIf(timestamp, timestamp > fromUnixTimestamp64Milli({at:Int64}))) as first \
             from events where project_id = {project:UUID} and session_id = {session:String} \
                 and date between {from:Date} and {to:Date}")
        .bind("at", at.timestamp_millis())
        .bind("project", project)
        .bind("session", session.to_string())
        .bind("from", day.checked_sub_days(Days::new(2)).unwrap_or(day))
        .bind("to", day.checked_add_days(Days::new(2)).unwrap_or(day));
        let rows = self.rows::<Halves>(&question, &reading()).await?.rows;
        Ok(rows.into_iter().next().map_or((None, None), |halves| (halves.last, halves.first)))
    }

    /// Gives events of sessions to other sessions, and adds both up anew; `days` are those they lie on. May be repeated.
    pub async fn change_sessions(
        &self,
        project: ProjectId,
        changes: &[SessionChange],
        days: &BTreeSet<NaiveDate>,
    ) -> Result<(), Error> {
        let days = Value::List(days.iter().map(|day| Value::Date(*day)).collect());
        let bound = |text: String| sql(text).bind("project", project).bind("days", days.clone());
        let rows = self.altered(&EVENTS);
        let which = "project_id = {project:UUID} and date in {days:Array(Date)}";
        let (whole, parts): (Vec<SessionChange>, Vec<SessionChange>) =
            changes.iter().partition(|change| change.after.is_none() && change.until.is_none());
        if !parts.is_empty() {
            let found = "arrayFirstIndex((of, after, until) -> of = session_id \
                 and toUnixTimestamp64Milli(timestamp) > after and toUnixTimestamp64Milli(timestamp) <= until, \
                 {from:Array(String)}, {after:Array(Int64)}, {until:Array(Int64)})";
            let text = format!(
                "update {rows} set session_id = {{into:Array(String)}}[{found}] \
                 where {which} and session_id in {{from:Array(String)}} and {found} > 0"
            );
            let after: Vec<i64> = parts.iter().map(|change| change.after.unwrap_or(i64::MIN)).collect();
            let until: Vec<i64> = parts.iter().map(|change| change.until.unwrap_or(i64::MAX)).collect();
            let statement = ids(bound(text), &parts).bind("after", after).bind("until", until);
            self.execute(&statement, &changing()).await?;
        }
        if !whole.is_empty() {
            let text = format!(
                "update {rows} set session_id = transform(session_id, {{from:Array(String)}}, {{into:Array(String)}}, session_id) \
                 where {which} and session_id in {{from:Array(String)}}"
            );
            self.execute(&ids(bound(text), &whole), &changing()).await?;
        }
        let both: BTreeSet<Uuid> = changes.iter().flat_map(|change| [change.from, change.into]).collect();
        let both = Value::List(both.iter().map(|id| Value::Text(id.to_string())).collect());
        let which = format!("{which} and session_id in {{both:Array(String)}}");
        let states = self.altered(SESSION_FEED.target);
        let delete = bound(format!("delete from {states} where {which}")).bind("both", both.clone());
        self.execute(&delete, &changing()).await?;
        let refill = bound(refill_of(&SESSION_FEED, &format!("(select * from events where {which})")));
        self.execute(&refill.bind("both", both), &refilling()).await.map(drop)
    }

    async fn found(&self, question: &Sql) -> Result<Vec<RunningSession>, Error> {
        let rows = self.rows::<Row>(question, &reading()).await?.rows.into_iter();
        let sessions = rows.filter_map(|Row { project_id, user_id, session_id, started_ms, ended_ms }| {
            let started_at = DateTime::from_timestamp_millis(started_ms)?;
            let ended_at = DateTime::from_timestamp_millis(ended_ms)?;
            let session_id = Uuid::parse_str(&session_id).ok()?;
            Some(RunningSession { project_id, user_id, session_id, started_at, ended_at })
        });
        Ok(sessions.collect())
    }
}

fn ids(statement: Sql, changes: &[SessionChange]) -> Sql {
    let texts = |id: fn(&SessionChange) -> Uuid| -> Vec<String> {
        changes.iter().map(|change| id(change).to_string()).collect()
    };
    statement.bind("from", texts(|change| change.from)).bind("into", texts(|change| change.into))
}

fn reading() -> Options {
    Options { timeout: Duration::from_secs(60), read_only: true, ..Options::default() }
}

fn changing() -> Options {
    Options { timeout: Duration::from_secs(600), ..Options::default() }
}
