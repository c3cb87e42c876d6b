//! PostHog's first protocol: the paths of its libraries for browsers and servers.

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use collector::limits;
use collector::wire::posthog::{self, Call};
use futures::StreamExt;
use serde_json::json;

use super::super::error::Error;
use super::at;
use super::came::{Came, take};
use crate::App;

pub(super) fn routes() -> Router<App> {
    let mut router = Router::new()
        .merge(at("/engage", limits::POSTHOG_EVENT_BYTES, get(engage).post(engage)))
        .merge(at("/s", limits::POSTHOG_RECORDING_BYTES, get(recording).post(recording)));
    for path in ["/e", "/i/v0/e", "/capture", "/track"] {
        router = router.merge(at(path, limits::POSTHOG_EVENT_BYTES, get(capture).post(capture)));
    }
    for path in ["/batch", "/i/v0/ai", "/i/v0/ai/batch"] {
        router = router.merge(at(path, limits::POSTHOG_BATCH_BYTES, get(batch).post(batch)));
    }
    router
}

async fn capture(State(app): State<App>, came: Came) -> Response {
    answer(&app, &came, Call::Capture).await
}

async fn engage(State(app): State<App>, came: Came) -> Response {
    answer(&app, &came, Call::Engage).await
}

async fn batch(State(app): State<App>, came: Came) -> Response {
    answer(&app, &came, Call::Batch).await
}

/// Answers as PostHog does: SDKs look at the status alone.
pub(super) async fn answer(app: &App, came: &Came, call: Call) -> Response {
    match events(app, came, call).await {
        Ok(Answered::Told) => axum::Json(json!({ "status": 1 })).into_response(),
        Ok(Answered::Beacon) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => error.into_text(),
    }
}

enum Answered {
    Told,
    /// Nobody reads the answer: the page is gone.
    Beacon,
}

async fn events(app: &App, came: &Came, call: Call) -> Result<Answered, Error> {
    let in_front = came.in_query(&["token", "api_key"]).filter(|key| !posthog::is_personal(key));
    let known = came.admit_first(app, in_front.as_deref()).await?;
    let request = came.request(app).await?;
    let parsed = posthog::parse(&request, call)?;
    let admitted = match known.filter(|_| parsed.key == in_front) {
        Some(admitted) => admitted,
        None => came.admit(app, parsed.key.as_deref()).await?,
    };
    let is_beacon = request.query_value("beacon").as_deref() == Some("1");
    take(app, admitted, parsed).await?;
    Ok(if is_beacon { Answered::Beacon } else { Answered::Told })
}

/// Takes a piece of a session recording and throws it away; a library that hears so sends no more for a minute.
async fn recording(body: Body) -> Response {
    metrics::counter!("radixinsight_recordings_ignored_total").increment(1);
    let mut parts = body.into_data_stream();
    let mut bytes = 0;
    // Nothing is kept of it, but who sends must be able to finish.
    while let Some(Ok(part)) = parts.next().await {
        bytes += part.len();
        if bytes > limits::POSTHOG_RECORDING_BYTES {
            return (StatusCode::PAYLOAD_TOO_LARGE, "the recording is too large").into_response();
        }
    }
    axum::Json(json!({ "status": 1, "quota_limited": ["recordings"] })).into_response()
}
