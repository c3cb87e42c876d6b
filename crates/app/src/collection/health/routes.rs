//! The health of collecting through the API.

use analytics_model::ProjectId;
use chrono::{DateTime, Datelike, TimeDelta, Utc};
use collector::Statistics;
use http_kit::{FieldError, Json, Problem, Problems, Query, Result};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::store;
use super::timeline::Interval;
use crate::problems::from_analytics;
use crate::{
    Scope,
    tenancy::{Action, Resource},
};

/// How far back counts are kept.
const KEPT: TimeDelta = TimeDelta::days(400);

/// The years that events can be of, and their counts.
const EVENT_YEARS: std::ops::RangeInclusive<i32> = 1971..=2105;

/// The time that is asked about.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Asked {
    /// From when; a day before `to` unless told.
    from: Option<DateTime<Utc>>,
    /// Until when; now unless told. At most 400 days after `from`.
    to: Option<DateTime<Utc>>,
}

/// How collecting goes.
#[derive(Serialize, ToSchema)]
pub(super) struct IngestionHealth {
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    /// What came in, by the time of its arrival; null while the analytics store does not answer.
    #[schema(required)]
    history: Option<History>,
    /// The server that answers: others keep their own events until they are stored. Null where it collects nothing.
    #[schema(required)]
    server: Option<ServerState>,
}

/// What came in.
#[derive(Serialize, ToSchema)]
#[schema(as = IngestionHistory)]
pub(super) struct History {
    pub(super) interval: Interval,
    /// The stretches of time, oldest first, without gaps.
    pub(super) stretches: Vec<Stretch>,
    /// The same over the whole time.
    pub(super) totals: Counts,
    /// How soon events were stored, imports left out; null where there were none.
    #[schema(required)]
    pub(super) lag: Option<Lag>,
    /// When the last event that is stored arrived, whenever that was; null where there is none.
    #[schema(required)]
    pub(super) last_received_at: Option<DateTime<Utc>>,
}

/// What came in during a stretch of time.
#[derive(Serialize, ToSchema)]
#[schema(as = IngestionStretch)]
pub(super) struct Stretch {
    /// When it begins.
    pub(super) start: DateTime<Utc>,
    #[serde(flatten)]
    pub(super) counts: Counts,
}

/// Events by what became of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = IngestionCounts)]
pub(super) struct Counts {
    /// Stored, of people.
    people: u64,
    /// Stored, of bots: left out of answers unless asked for.
    bots: u64,
    /// Stored, of internal traffic: left out of answers unless asked for.
    internal: u64,
    /// Not stored, because an event of the same id was.
    duplicates: u64,
    /// Refused, and kept with the reason.
    refused: u64,
    /// Stored, but happened more than an hour before they arrived; what files hold is not counted here.
    late: u64,
}

/// From the arrival of an event until questions find it: so many events took no longer.
#[derive(Serialize, ToSchema)]
#[schema(as = IngestionLag)]
pub(super) struct Lag {
    /// Half of them, in milliseconds.
    pub(super) p50_ms: f64,
    /// 95 % of them, in milliseconds.
    pub(super) p95_ms: f64,
}

/// How the server that answers stands; it is about the events of all projects.
#[derive(Serialize, ToSchema)]
#[schema(as = IngestionServerState)]
struct ServerState {
    /// For how many seconds the analytics store has been taking nothing; null while it takes events.
    #[schema(required)]
    away_seconds: Option<u64>,
    /// Events accepted since the server started that are not stored yet.
    waiting: u64,
    /// Bytes of the spool, where events wait on disk.
    spool_bytes: u64,
    /// Bytes it may have; more is turned away.
    spool_limit_bytes: u64,
    /// Events turned away since the server started, because disk or memory were full.
    turned_away: u64,
    /// How long the first event of the last block waited, in milliseconds; null before the first block.
    #[schema(required)]
    lag_ms: Option<u64>,
}

impl Counts {
    /// Adds what the table holds of an outcome.
    pub(super) fn add(&mut self, outcome: &str, events: u64, late: u64) {
        self.late += late;
        match outcome {
            "people" => self.people += events,
            "bot" => self.bots += events,
            "internal" => self.internal += events,
            "duplicate" => self.duplicates += events,
            "refused" => self.refused += events,
            // Of a later version.
            _ => {}
        }
    }
}

impl From<Statistics> for ServerState {
    fn from(statistics: Statistics) -> Self {
        Self {
            away_seconds: statistics.away_for.map(|away| away.as_secs()),
            waiting: statistics.waiting,
            spool_bytes: statistics.spool_bytes,
            spool_limit_bytes: statistics.spool_limit_bytes,
            turned_away: statistics.turned_away,
            lag_ms: statistics.lag.map(|lag| lag.as_millis() as u64),
        }
    }
}

/// Tells how collecting goes: what came in and what became of it, how soon, and whether anything waits.
///
/// Counts are of whole quarters of an hour by arrival, of all rows: who may see some rows only is refused.
#[utoipa::path(get, path = "/projects/{project}/ingestion_health", tag = "collection",
    operation_id = "get_ingestion_health",
    params(("project" = ProjectId, Path, description = "The project's id"), Asked),
    responses((status = 200, body = IngestionHealth), Problems))]
pub(super) async fn get(scope: Scope, Query(asked): Query<Asked>) -> Result<Json<IngestionHealth>> {
    scope.require(Action::View, Resource::Events)?;
    if scope.rows_filter().is_some() {
        return Err(scope.refuse(Action::View, Resource::Events));
    }
    let to = asked.to.unwrap_or_else(|| scope.now());
    if !EVENT_YEARS.contains(&to.year()) {
        let detail = format!("must be in the years {} to {}", EVENT_YEARS.start(), EVENT_YEARS.end());
        return Err(Problem::invalid(vec![FieldError::new("to", "out_of_range", detail)]));
    }
    let from = asked.from.unwrap_or(to - TimeDelta::days(1));
    if from >= to || to.signed_duration_since(from) > KEPT {
        let detail = format!("must be before to, by {} days at most", KEPT.num_days());
        return Err(Problem::invalid(vec![FieldError::new("from", "out_of_range", detail)]));
    }
    let history = match store::history(&scope, from, to).await {
        Ok(history) => Some(history),
        // That is when somebody looks here: what the server itself knows is told.
        Err(error) if error.is_temporary() => None,
        Err(error) => return Err(from_analytics(error)),
    };
    let server = scope.app().writer().map(|writer| writer.statistics().into());
    Ok(Json(IngestionHealth { from, to, history, server }))
}
