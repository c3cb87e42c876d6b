//! PostHog's second protocol: a verdict for each event, and errors with a code.

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use collector::limits;
use collector::wire::posthog_v1::{self, Headers};
use serde_json::{Map, Value, json};

use super::super::error::Error;
use super::super::intake::{Until, Verdicted, keep, text};
use super::at;
use super::came::Came;
use crate::App;

/// The header by which a library finds the answer to its request.
pub(super) const REQUEST_ID: &str = "posthog-request-id";

pub(super) fn routes() -> Router<App> {
    at("/i/v1/analytics/events", limits::POSTHOG_BATCH_BYTES, post(answer))
}

pub(super) async fn answer(State(app): State<App>, came: Came) -> Response {
    let mut response = match results(&app, &came).await {
        Ok(results) => axum::Json(json!({ "results": results })).into_response(),
        Err(error) => refusal(&error),
    };
    let name = HeaderName::from_static(REQUEST_ID);
    if let Some(id) = came.headers.get(&name) {
        response.headers_mut().insert(name, id.clone());
    }
    response
}

async fn results(app: &App, came: &Came) -> Result<Map<String, Value>, Error> {
    // The key stands in a header: what comes without a good one is not even read.
    let admitted = came.admit(app, came.bearer()).await?;
    let header = |name| text(&came.headers, HeaderName::from_static(name));
    let headers = Headers { sdk_info: header("posthog-sdk-info"), sent_at: header("posthog-request-timestamp") };
    let batch = posthog_v1::parse(&came.request(app).await?, headers)?;
    let verdicts = keep(app, admitted, batch.parsed, Until::Kept).await?;
    Ok(batch.ids.into_iter().zip(verdicts.iter().map(result)).collect())
}

fn result(verdict: &Verdicted) -> Value {
    match verdict {
        // One that was stored before is as good.
        Ok(_) => json!({ "result": "ok" }),
        Err(rejection) => json!({ "result": "drop", "details": rejection.code }),
    }
}

fn refusal(error: &Error) -> Response {
    let status = error.status();
    let code = match (error, status) {
        (Error::KeyMissing, _) => "missing_authorization",
        (_, StatusCode::UNAUTHORIZED) => "invalid_authorization",
        (_, StatusCode::FORBIDDEN) => "insufficient_scope",
        (_, StatusCode::REQUEST_TIMEOUT) => "request_timeout",
        (_, StatusCode::PAYLOAD_TOO_LARGE) => "payload_too_large",
        (_, StatusCode::TOO_MANY_REQUESTS) => "rate_limited",
        (_, StatusCode::UNSUPPORTED_MEDIA_TYPE) => "unsupported_content_encoding",
        (_, StatusCode::SERVICE_UNAVAILABLE) => "service_unavailable",
        (_, status) if status.is_client_error() => "request_parsing_error",
        _ => "internal_error",
    };
    let body = json!({ "error": code, "error_description": error.to_string(), "error_uri": "about:blank" });
    error.with_retry((status, axum::Json(body)).into_response())
}
