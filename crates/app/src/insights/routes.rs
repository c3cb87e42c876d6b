//! Running questions.

use std::time::Duration;

use analytics_model::{ProjectId, Trends, TrendsAnswer};
use chrono::{DateTime, TimeDelta, Utc};
use http_kit::{FieldError, Json, Problem, Problems, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use utoipa::openapi::{OpenApi, RefOr, Schema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    kept::{Fields, Place},
    store,
};
use crate::{
    App, Scope,
    tenancy::{Action, Resource},
};

/// How old an answer may be at most.
const LONGEST_SECONDS: u64 = 3_600;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(run)).routes(routes!(online))
}

/// A question about a project's events.
#[derive(Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[expect(dead_code, reason = "describes the body, which is read in two steps so that errors can name the field")]
enum Insight {
    /// How much of something happened, over time.
    Trends(Trends),
}

/// The answer to a question, of the question's kind.
#[derive(Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum InsightAnswer {
    /// How much of something happened, over time.
    Trends(TrendsAnswer),
}

/// The question to answer.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes the body, as above")]
struct InsightRequest {
    /// How old an answer may be, in seconds: at most 3,600. 0, or nothing, asks the events in any case.
    #[schema(minimum = 0, maximum = 3600)]
    max_age_seconds: Option<u32>,
    #[serde(flatten)]
    question: Insight,
}

/// What comes back.
#[derive(Serialize, ToSchema)]
struct InsightReply {
    /// When the answer was new; null where it is.
    #[schema(required)]
    cached_at: Option<DateTime<Utc>>,
    #[serde(flatten)]
    #[schema(value_type = InsightAnswer)]
    answer: Answer,
}

/// An answer that was made or kept.
#[derive(Serialize)]
#[serde(untagged)]
enum Answer {
    New(Box<InsightAnswer>),
    Kept(Fields),
}

/// Answers a question.
///
/// Whoever can do with an answer that is not quite new says so with `max_age_seconds`, and `cached_at` tells its age.
/// The same question always has the same answer as long as the events, the project's zone and first day of the week,
/// and the day are the same. Definitions: the guide's page on trends.
#[utoipa::path(
    post,
    path = "/projects/{project}/insights/run",
    operation_id = "run_insight",
    tag = "insights",
    params(("project" = ProjectId, Path, description = "The project's id")),
    request_body = InsightRequest,
    responses((status = 200, body = InsightReply), Problems)
)]
async fn run(scope: Scope, Json(mut question): Json<Map<String, Value>>) -> Result<Json<InsightReply>> {
    scope.require_for_new(Action::Run, Resource::Insights)?;
    let max_age = take_max_age(&mut question)?;
    match question.remove("kind").as_ref().and_then(Value::as_str) {
        Some("trends") => Ok(Json(trends(&scope, &http_kit::read(Value::Object(question))?, max_age).await?)),
        _ => Err(invalid("kind", "must be “trends”")),
    }
}

/// How long somebody counts as being there after an event, in minutes.
const ONLINE_MINUTES: i64 = 5;

/// Who is there now.
#[derive(Serialize, ToSchema)]
struct Online {
    /// How many people had an event in the last minutes.
    people: u64,
    /// How many minutes that are.
    minutes: i64,
}

/// Tells how many people are there now.
///
/// Somebody is there for five minutes from an event on. Bots and internal traffic don't count.
#[utoipa::path(
    get,
    path = "/projects/{project}/insights/online",
    operation_id = "count_online",
    tag = "insights",
    params(("project" = ProjectId, Path, description = "The project's id")),
    responses((status = 200, body = Online), Problems)
)]
async fn online(scope: Scope) -> Result<Json<Online>> {
    scope.require(Action::Run, Resource::Insights)?;
    let since = scope.now() - TimeDelta::minutes(ONLINE_MINUTES);
    Ok(Json(Online { people: store::online(&scope, since).await?, minutes: ONLINE_MINUTES }))
}

async fn trends(scope: &Scope, question: &Trends, max_age: Duration) -> Result<InsightReply> {
    let compiled = store::compile(scope, question).await?;
    let place = Place::of(scope, question, &compiled);
    if let Some((at, answer)) = place.find(scope, max_age).await {
        return Ok(InsightReply { cached_at: Some(at), answer: Answer::Kept(answer) });
    }
    let answer = InsightAnswer::Trends(store::answer(scope, &compiled).await?);
    place.keep(scope, &answer, max_age).await;
    Ok(InsightReply { cached_at: None, answer: Answer::New(Box::new(answer)) })
}

fn take_max_age(question: &mut Map<String, Value>) -> Result<Duration> {
    match question.remove("max_age_seconds") {
        None | Some(Value::Null) => Ok(Duration::ZERO),
        Some(value) => match value.as_u64() {
            Some(seconds @ 0..=LONGEST_SECONDS) => Ok(Duration::from_secs(seconds)),
            _ => Err(invalid("max_age_seconds", "must be a whole number from 0 to 3600")),
        },
    }
}

fn invalid(field: &str, detail: &str) -> Problem {
    Problem::invalid(vec![FieldError::new(field, "invalid", detail)])
}

/// Lets `kind` stand beside a question's own fields in the document: the schema of a question alone forbids others,
/// and a strict reader takes that as said of the whole.
pub(crate) fn describe_kind(document: &mut OpenApi) {
    let schemas = document.components.as_mut().map(|components| &mut components.schemas);
    if let Some(RefOr::T(Schema::Object(question))) = schemas.and_then(|schemas| schemas.get_mut("Trends")) {
        question.additional_properties = None;
    }
}
