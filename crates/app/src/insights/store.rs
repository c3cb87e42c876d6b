//! Asks the analytics store.

use std::time::{Duration, Instant};

use analytics_model::{Outliers, Range, Traffic, Trends, TrendsAnswer};
use chrono::{DateTime, TimeDelta, Utc};
use insight_sql::{Compiled, Context, DayOfEvents};
use serde::Deserialize;

use super::error::Error;
use crate::{Scope, system};

/// Makes statements of a trends question.
pub(super) async fn compile(scope: &Scope, question: &Trends) -> Result<Compiled, Error> {
    let all_time = match question.range {
        Range::All => all_time(scope, question.traffic).await?,
        Range::Last { .. } | Range::Dates { .. } => None,
    };
    let context = Context {
        project: scope.project,
        rows: scope.rows_in_answers(),
        columns: scope.app().hot_properties().columns(),
        calendar: scope.calendar(),
        first_event: all_time.map(|(first, _)| first),
        before_all_time: all_time.and_then(|(_, before)| before),
    };
    let compiled = insight_sql::compile(question, &context)?;
    scope.app().hot_properties().count(scope.project, compiled.properties());
    Ok(compiled)
}

/// Runs the statements and shapes the answer.
pub(super) async fn answer(scope: &Scope, compiled: &Compiled) -> Result<TrendsAnswer, Error> {
    let timeout = timeout(scope).await;
    let began = Instant::now();
    let mut results = Vec::new();
    for statement in compiled.statements() {
        let rows = scope.ask(statement, timeout).await;
        results.push(rows.map_err(|error| blame(compiled, error))?);
    }
    let mut answer = compiled.answer(results)?;
    answer.elapsed_ms = began.elapsed().as_secs_f64() * 1_000.0;
    Ok(answer)
}

async fn all_time(scope: &Scope, of: Traffic) -> Result<Option<(DateTime<Utc>, Option<Outliers>)>, Error> {
    let statement = insight_sql::days(&scope.events_in_answers(), of)?;
    let days = scope.ask::<DayOfEvents>(&statement, timeout(scope).await).await?;
    Ok(insight_sql::all_time(&days))
}

/// Returns how many people had an event after `since`; the clocks of those who send may be a little ahead.
pub(super) async fn online(scope: &Scope, since: DateTime<Utc>) -> Result<u64, Error> {
    #[derive(Deserialize)]
    struct Online {
        people: u64,
    }
    let statement = insight_sql::online(&scope.events_in_answers(), Traffic::People)?
        .bind("since", since)
        .bind("until", scope.now() + TimeDelta::minutes(1));
    let rows = scope.ask::<Online>(&statement, timeout(scope).await).await?;
    Ok(rows.first().map_or(0, |online| online.people))
}

/// A question may take as long as the instance's settings say.
async fn timeout(scope: &Scope) -> Duration {
    Duration::from_secs(system::settings(scope.app()).await.query_timeout_seconds.into())
}

/// Some mistakes in a question are found by the store only.
fn blame(compiled: &Compiled, error: analytics_store::Error) -> Error {
    let refused = match &error {
        analytics_store::Error::Refused { code, message } => compiled.refusal(*code, message),
        _ => None,
    };
    refused.map_or(Error::Store(error), Error::Question)
}
