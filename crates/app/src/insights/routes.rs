//! Running questions.

use analytics_model::{ProjectId, Trends, TrendsAnswer};
use http_kit::{FieldError, Json, Problem, Problems, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use utoipa::openapi::{OpenApi, RefOr, Schema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::store;
use crate::{
    App, Scope,
    tenancy::{Action, Resource},
};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(run))
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

/// Answers a question.
///
/// The same question always has the same answer as long as the events, the project's zone and first day of the week,
/// and the day are the same. Definitions: the guide's page on trends.
#[utoipa::path(
    post,
    path = "/projects/{project}/insights/run",
    operation_id = "run_insight",
    tag = "insights",
    params(("project" = ProjectId, Path, description = "The project's id")),
    request_body = Insight,
    responses((status = 200, body = InsightAnswer), Problems)
)]
async fn run(scope: Scope, Json(mut question): Json<Map<String, Value>>) -> Result<Json<InsightAnswer>> {
    scope.require(Action::Run, Resource::Insights)?;
    let answer = match question.remove("kind").as_ref().and_then(Value::as_str) {
        Some("trends") => {
            let trends = http_kit::read(Value::Object(question))?;
            InsightAnswer::Trends(store::trends(&scope, &trends).await?)
        }
        _ => return Err(Problem::invalid(vec![FieldError::new("kind", "invalid", "must be “trends”")])),
    };
    Ok(Json(answer))
}

/// Lets `kind` stand beside a question's own fields in the document: the schema of a question alone forbids others,
/// and a strict reader takes that as said of the whole.
pub(crate) fn describe_kind(document: &mut OpenApi) {
    let schemas = document.components.as_mut().map(|components| &mut components.schemas);
    if let Some(RefOr::T(Schema::Object(question))) = schemas.and_then(|schemas| schemas.get_mut("Trends")) {
        question.additional_properties = None;
    }
}
