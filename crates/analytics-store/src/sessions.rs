//! Sessions that may still be running.

use std::time::Duration;

use analytics_model::{ProjectId, sql};
use chrono::{DateTime, Days, Utc};
use serde::Deserialize;

use crate::{Error, Options, Store};

/// What one distinct id did in a session that no client named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunningSession {
    /// The project.
    pub project_id: ProjectId,
    /// The distinct id.
    pub user_id: String,
    /// The session.
    pub session_id: String,
    /// The first event's time.
    pub started_at: DateTime<Utc>,
    /// The last event's time.
    pub ended_at: DateTime<Utc>,
}

impl Store {
    /// Returns the sessions that no client named and that had an event since then: about `limit` at most, those with the
    /// latest events.
    pub async fn running_sessions(&self, since: DateTime<Utc>, limit: usize) -> Result<Vec<RunningSession>, Error> {
        #[derive(Deserialize)]
        struct Row {
            project_id: ProjectId,
            user_id: String,
            session_id: String,
            started_ms: i64,
            ended_ms: i64,
        }
        // Ids of our own making are UUIDs of version 5. No session is longer than a day.
        let question = sql("select project_id, user_id, session_id, \
                 toUnixTimestamp64Milli(min(started_at)) as started_ms, toUnixTimestamp64Milli(max(ended_at)) as ended_ms \
             from session_states \
             where date >= {before:Date} and (project_id, user_id, session_id) in ( \
                 select project_id, user_id, session_id from session_states \
                 where date >= {day:Date} and ended_at >= fromUnixTimestamp64Milli({since:Int64}) \
                     and length(session_id) = 36 and substring(session_id, 15, 1) = '5' \
                 order by ended_at desc limit {limit:UInt64} \
             ) group by project_id, user_id, session_id")
        .bind("day", since.date_naive())
        .bind("before", since.date_naive().checked_sub_days(Days::new(1)).unwrap_or(since.date_naive()))
        .bind("since", since.timestamp_millis())
        .bind("limit", limit as u64);
        let options = Options { timeout: Duration::from_secs(60), read_only: true, ..Options::default() };
        let rows = self.rows::<Row>(&question, &options).await?.rows.into_iter();
        let sessions = rows.filter_map(|Row { project_id, user_id, session_id, started_ms, ended_ms }| {
            let started_at = DateTime::from_timestamp_millis(started_ms)?;
            let ended_at = DateTime::from_timestamp_millis(ended_ms)?;
            Some(RunningSession { project_id, user_id, session_id, started_at, ended_at })
        });
        Ok(sessions.collect())
    }
}
