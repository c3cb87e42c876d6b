//! Segment's HTTP API, and the start of its library for browsers.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use collector::limits;
use collector::wire::segment::{self, Call};
use serde_json::json;

use super::super::error::Error;
use super::super::intake::text;
use super::at;
use super::came::{Came, take};
use super::startup::not_here;
use crate::App;

pub(super) fn routes() -> Router<App> {
    at("/v1/{call}", limits::SEGMENT_BODY_BYTES, post(named)).merge(at("/v1/projects/{key}/settings", 0, get(settings)))
}

/// What is sent to a path: one call, or a batch of them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sent {
    call: Option<Call>,
    is_import: bool,
}

impl Sent {
    /// Returns what the last part of a path means.
    pub(super) fn at(name: &str) -> Option<Self> {
        let (call, is_import) = match name {
            "batch" | "b" => (None, false),
            "import" => (None, true),
            name => (Some(Call::named(name)?), false),
        };
        Some(Self { call, is_import })
    }
}

async fn named(State(app): State<App>, Path(name): Path<String>, came: Came) -> Response {
    match Sent::at(&name) {
        Some(sent) => answer(&app, &came, sent).await,
        None => not_here().await,
    }
}

pub(super) async fn answer(app: &App, came: &Came, sent: Sent) -> Response {
    let taken = events(app, came, sent.call, sent.is_import).await;
    // Both speak the same, on the same paths, and are answered differently.
    if is_rudder(came) {
        return taken.map_or_else(Error::into_text, |()| "ok".into_response());
    }
    match taken {
        Ok(()) => axum::Json(json!({ "success": true })).into_response(),
        Err(error) => {
            let body = json!({ "success": false, "message": error.to_string() });
            error.with_retry((error.status(), axum::Json(body)).into_response())
        }
    }
}

/// Stores the events of a request; the key stands in a header, the address, or the body.
pub(super) async fn events(app: &App, came: &Came, call: Option<Call>, is_import: bool) -> Result<(), Error> {
    let basic = came.basic();
    let in_front = basic.clone().or_else(|| came.in_query(&["writeKey"]));
    let known = came.admit_first(app, in_front.as_deref()).await?;
    let request = came.request(app).await?;
    let parsed = if is_import { segment::parse_import(&request)? } else { segment::parse(&request, call)? };
    let admitted = match known.filter(|_| basic.is_some() || parsed.key == in_front) {
        Some(admitted) => admitted,
        None => came.admit(app, parsed.key.as_deref()).await?,
    };
    take(app, admitted, parsed).await
}

fn is_rudder(came: &Came) -> bool {
    let agent = text(&came.headers, header::USER_AGENT).unwrap_or_default();
    came.headers.contains_key("anonymousid") || agent.to_ascii_lowercase().contains("rudder")
}

/// Tells Segment's library for browsers where to send: without it, it doesn't start.
async fn settings(State(app): State<App>, Path(key): Path<String>, came: Came) -> Response {
    if let Err(error) = came.admit(&app, Some(&key)).await {
        return error.into_text();
    }
    let (protocol, host) = app.settings().public_url.split_once("://").unwrap_or(("https", ""));
    let target =
        json!({ "apiKey": key, "apiHost": format!("{}/v1", host.trim_end_matches('/')), "protocol": protocol });
    let allowed = json!({ "__default": { "enabled": true, "integrations": {} } });
    let settings = json!({
        "integrations": { "Segment.io": target },
        "plan": { "track": allowed, "identify": allowed, "group": allowed },
        "edgeFunction": {},
        "metrics": { "sampleRate": 0 },
    });
    (StatusCode::OK, [(header::CACHE_CONTROL, "public, max-age=60")], axum::Json(settings)).into_response()
}
