//! Asks the analytics store how many events came in.

use std::collections::HashMap;
use std::time::Duration;

use analytics_model::sql;
use analytics_store::Error;
use chrono::{DateTime, Utc};
use collector::UNTIMED_LAG_MS;
use serde::Deserialize;

use super::routes::{Counts, History, Lag, Stretch};
use super::timeline::Interval;
use crate::Scope;

/// Nobody waits long to be told that the store does not answer; the counts are few and quick to read.
const PATIENCE: Duration = Duration::from_secs(5);

#[derive(Deserialize)]
struct Row {
    begin: i64,
    outcome: String,
    events: u64,
    late: u64,
}

#[derive(Deserialize)]
struct Summary {
    timed: u64,
    p50: f64,
    p95: f64,
    last_ms: i64,
}

/// Returns what came in between two times.
pub(super) async fn history(scope: &Scope, from: DateTime<Utc>, to: DateTime<Utc>) -> Result<History, Error> {
    let interval = Interval::over(from, to);
    let begin = interval.starts(from, to).next().unwrap_or(from);
    let (rows, summary) = tokio::try_join!(rows(scope, interval, (begin, to)), summary(scope, (begin, to)))?;
    let mut found: HashMap<i64, Counts> = HashMap::new();
    let mut totals = Counts::default();
    for row in &rows {
        found.entry(row.begin).or_default().add(&row.outcome, row.events, row.late);
        totals.add(&row.outcome, row.events, row.late);
    }
    let stretches = interval.starts(from, to).map(|start| {
        let counts = found.get(&start.timestamp()).copied().unwrap_or_default();
        Stretch { start, counts }
    });
    let stretches = stretches.collect();
    Ok(History {
        interval,
        stretches,
        totals,
        lag: (summary.timed > 0).then_some(Lag { p50_ms: summary.p50, p95_ms: summary.p95 }),
        last_received_at: DateTime::from_timestamp_millis(summary.last_ms).filter(|_| summary.last_ms > 0),
    })
}

async fn rows(
    scope: &Scope,
    interval: Interval,
    (begin, end): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Vec<Row>, Error> {
    let question = sql("select
    intDiv(toUnixTimestamp(bucket), {step:Int64}) * {step:Int64} as begin,
    outcome, sum(events) as events, sum(late) as late
from ingestion_counts
where project_id = {project:UUID}
    and bucket >= fromUnixTimestamp({begin:Int64}) and bucket < fromUnixTimestamp({end:Int64})
group by begin, outcome")
    .bind("project", scope.project)
    .bind("step", interval.seconds())
    .bind("begin", begin.timestamp())
    .bind("end", end.timestamp());
    scope.ask::<Row>(&question, PATIENCE).await
}

/// The last arrival is of all time: what has long been silent is told as well.
async fn summary(scope: &Scope, (begin, end): (DateTime<Utc>, DateTime<Utc>)) -> Result<Summary, Error> {
    let question = sql("select
    sumIf(events, is_timed) as timed,
    ifNotFinite(quantileExactWeightedIf(0.5)(lag_ms, events, is_timed), 0) as p50,
    ifNotFinite(quantileExactWeightedIf(0.95)(lag_ms, events, is_timed), 0) as p95,
    toUnixTimestamp64Milli(max(last)) as last_ms
from (
    select
        lag_ms, events, last_received_at as last,
        bucket >= fromUnixTimestamp({begin:Int64}) and bucket < fromUnixTimestamp({end:Int64})
            and lag_ms != {untimed:UInt32} as is_timed
    from ingestion_counts
    where project_id = {project:UUID} and outcome in ('people', 'bot', 'internal')
)")
    .bind("project", scope.project)
    .bind("begin", begin.timestamp())
    .bind("end", end.timestamp())
    .bind("untimed", UNTIMED_LAG_MS);
    let rows = scope.ask::<Summary>(&question, PATIENCE).await?;
    rows.into_iter().next().ok_or_else(|| Error::Decode("the summary is missing".to_owned()))
}
