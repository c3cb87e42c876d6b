//! Asks the analytics store.

use std::time::{Duration, Instant};

use analytics_model::{Range, Traffic, Trends, TrendsAnswer};
use chrono::{DateTime, Utc};
use insight_sql::{Compiled, Context};
use serde::Deserialize;

use super::error::Error;
use crate::{Scope, system};

/// Makes statements of a trends question.
pub(super) async fn compile(scope: &Scope, question: &Trends) -> Result<Compiled, Error> {
    let first_event = match question.range {
        Range::All => first_event(scope, question.traffic).await?,
        Range::Last { .. } | Range::Dates { .. } => None,
    };
    let context = Context {
        project: scope.project,
        rows: scope.rows_in_answers(),
        columns: scope.app().hot_properties().columns(),
        calendar: scope.calendar(),
        first_event,
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

async fn first_event(scope: &Scope, of: Traffic) -> Result<Option<DateTime<Utc>>, Error> {
    #[derive(Deserialize)]
    struct First {
        milliseconds: i64,
    }
    let statement = insight_sql::first_event(&scope.events_in_answers(), of)?;
    let rows = scope.ask::<First>(&statement, timeout(scope).await).await?;
    Ok(rows.first().and_then(|first| DateTime::from_timestamp_millis(first.milliseconds)))
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
