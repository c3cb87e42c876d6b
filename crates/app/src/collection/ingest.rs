//! Taking events in: from our own API, and from SDKs made for others.

use analytics_model::{EventId, ProjectId};
use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{options, post};
use collector::wire::{BadRequest, Request, native, posthog};
use collector::{Outcome, Rejection, limits};
use http_kit::{Client, Json, Problems, Result};
use serde::Serialize;
use serde_json::{Map, Value, json};
use tower_http::cors::{AllowHeaders, AllowMethods, AllowOrigin, CorsLayer};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::error::Error;
use super::intake::{Verdicted, arrival, store, text};
use crate::{
    App,
    limits::{Limit, Rate},
};

/// Lines about events that were refused, for each project: a few at once, then one a minute.
const LINES: Rate = Rate { burst: 10, every_seconds: 60 };

/// Returns our own way in, which pages of any origin may use: the key is the proof, no cookie counts.
pub(crate) fn routes() -> OpenApiRouter<App> {
    let any_origin = CorsLayer::new().allow_origin(tower_http::cors::Any).allow_methods(AllowMethods::any());
    OpenApiRouter::new()
        .routes(routes!(take))
        .route("/events", options(preflight))
        .layer(any_origin.allow_headers(AllowHeaders::any()))
        .layer(DefaultBodyLimit::max(limits::NATIVE_BODY_BYTES))
}

/// Returns the routes at the paths that other vendors' SDKs know.
pub(crate) fn foreign_routes() -> Router<App> {
    let any_origin = CorsLayer::new()
        .allow_origin(AllowOrigin::mirror_request())
        .allow_methods(AllowMethods::mirror_request())
        .allow_headers(AllowHeaders::mirror_request())
        .allow_credentials(true);
    Router::new()
        .route("/batch", post(posthog_batch).options(preflight))
        .route("/batch/", post(posthog_batch).options(preflight))
        .layer(any_origin)
        .layer(DefaultBodyLimit::max(limits::POSTHOG_BATCH_BYTES))
}

/// Gives the layer around it an OPTIONS request to answer; it is never called for one that asks about origins.
pub(super) async fn preflight() -> StatusCode {
    StatusCode::NO_CONTENT
}

/// An event to store.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes what the collector reads")]
struct SentEvent {
    /// What happened.
    #[schema(example = "sign up")]
    event: String,
    /// Who did it: any stable id of yours. `user_id` is another name for it.
    #[schema(example = "user-17")]
    distinct_id: String,
    /// The event's id: sending it again stores it once. `uuid` is another name for it.
    event_id: Option<EventId>,
    /// When it happened, ISO 8601; on arrival unless told.
    timestamp: Option<String>,
    /// The visit it belongs to; found by time unless told.
    session_id: Option<String>,
    /// Whatever else is known. `$current_url`, `$referrer`, `$browser` and the like fill columns.
    properties: Option<Map<String, Value>>,
    /// The address it came from, if not the request's.
    ip: Option<String>,
    /// The browser it came from, if not the request's.
    user_agent: Option<String>,
}

/// Events to store: one, a list, or a list with what is common to all of it.
#[derive(ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "describes what the collector reads")]
enum SentEvents {
    One(SentEvent),
    List(Vec<SentEvent>),
    Batch {
        batch: Vec<SentEvent>,
        /// The project's key, if no header or address has it.
        api_key: Option<String>,
        /// When the request was sent, by the sender's clock: sets its error right.
        sent_at: Option<String>,
        /// Whether these are old events: each is compared with everything stored.
        historical: Option<bool>,
    },
}

/// How a request says which project it is for, besides the body.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes what the collector reads")]
struct InQuery {
    /// The project's key, if no header or body has it.
    api_key: Option<String>,
    /// Whether these are old events: each is compared with everything stored, however long ago.
    historical: Option<bool>,
}

/// What became of the events of a request.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Verdicts {
    /// How many are stored now.
    accepted: usize,
    /// How many had been stored before.
    duplicates: usize,
    /// How many are refused.
    rejected: usize,
    /// One for each event, in order.
    results: Vec<Verdict>,
}

/// What became of one event.
#[derive(Debug, Serialize, ToSchema)]
struct Verdict {
    /// The event's place in the request, from 0.
    index: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    event_id: Option<EventId>,
    status: VerdictStatus,
    /// For refused ones: a stable code.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "distinct_id_missing")]
    code: Option<&'static str>,
    /// For refused ones: the field that is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    /// For refused ones: what is wrong, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum VerdictStatus {
    Stored,
    Duplicate,
    Rejected,
}

/// Stores events and says what became of each.
///
/// An event is acknowledged when it is stored, not before. A wrong event is refused alone. Send the key as
/// `Authorization: Bearer KEY`, `X-API-Key: KEY`, `?api_key=KEY`, or in the body.
#[utoipa::path(
    post,
    path = "/events",
    operation_id = "send_events",
    tag = "collection",
    security((), ("key" = [])),
    params(InQuery),
    request_body(content((SentEvents = "application/json"), (String = "application/x-ndjson"))),
    responses((status = 200, body = Verdicts), Problems)
)]
pub(super) async fn take(
    State(app): State<App>,
    client: Client,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
    body: std::result::Result<Bytes, BytesRejection>,
) -> Result<Json<Verdicts>> {
    let body = body.map_err(Error::Body)?;
    let request = request(&app, &headers, query.as_deref(), &body);
    let parsed = native::parse(&request).map_err(Error::Request)?;
    let key = key_of_headers(&headers).or(parsed.key.as_deref()).ok_or(Error::KeyMissing)?;
    let arrival = arrival(&app, key, client, &headers).await?;
    Ok(Json(verdicts(store(&app, &arrival, parsed).await?)))
}

/// Answers as PostHog does: SDKs look at the status alone.
async fn posthog_batch(
    State(app): State<App>,
    client: Client,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
    body: std::result::Result<Bytes, BytesRejection>,
) -> Response {
    match posthog_events(&app, client, &headers, query.as_deref(), body).await {
        Ok(()) => axum::Json(json!({ "status": 1 })).into_response(),
        Err(error) => error.into_text(),
    }
}

async fn posthog_events(
    app: &App,
    client: Client,
    headers: &HeaderMap,
    query: Option<&str>,
    body: std::result::Result<Bytes, BytesRejection>,
) -> std::result::Result<(), Error> {
    let body = body.map_err(Error::Body)?;
    let parsed = posthog::parse(&request(app, headers, query, &body)).map_err(Error::Request)?;
    let arrival = arrival(app, parsed.key.as_deref().ok_or(Error::KeyMissing)?, client, headers).await?;
    let sent = parsed.events.len();
    let refused: Vec<Rejection> =
        store(app, &arrival, parsed).await?.into_iter().filter_map(std::result::Result::err).collect();
    if let Some(first) = refused.first() {
        tell(app, arrival.project, refused.len(), first).await;
    }
    // This protocol has no verdict for one event of many: a request fails only where nothing of it was good.
    match refused.into_iter().next() {
        Some(first) if sent == 1 => Err(Error::Request(BadRequest::Malformed(first.reason))),
        _ => Ok(()),
    }
}

/// Tells the log what this protocol has no answer for. Keys are public: whoever has one must not fill the log.
async fn tell(app: &App, project: ProjectId, refused: usize, first: &Rejection) {
    let limit = Limit::new("refused_events", &project.to_string(), LINES);
    if app.limits().count(&[limit], app.now()).await.is_ok() {
        tracing::warn!(%project, refused, code = first.code, "events were refused, the first of them: {first}");
    }
}

fn request<'a>(app: &App, headers: &'a HeaderMap, query: Option<&'a str>, body: &'a [u8]) -> Request<'a> {
    Request {
        body,
        content_type: text(headers, header::CONTENT_TYPE),
        content_encoding: text(headers, header::CONTENT_ENCODING),
        query: query.unwrap_or_default(),
        received_at: app.now(),
    }
}

fn key_of_headers(headers: &HeaderMap) -> Option<&str> {
    let bearer = text(headers, header::AUTHORIZATION)
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, key)| key);
    bearer.or_else(|| text(headers, header::HeaderName::from_static("x-api-key"))).map(str::trim)
}

fn verdicts(taken: Vec<Verdicted>) -> Verdicts {
    let mut verdicts = Verdicts { accepted: 0, duplicates: 0, rejected: 0, results: Vec::with_capacity(taken.len()) };
    for (index, verdict) in taken.into_iter().enumerate() {
        let verdict = match verdict {
            Ok((id, Outcome::Duplicate)) => {
                verdicts.duplicates += 1;
                Verdict::of(index, Some(id), VerdictStatus::Duplicate)
            }
            Ok((id, _)) => {
                verdicts.accepted += 1;
                Verdict::of(index, Some(id), VerdictStatus::Stored)
            }
            Err(rejection) => {
                verdicts.rejected += 1;
                Verdict {
                    code: Some(rejection.code),
                    field: rejection.field,
                    reason: Some(rejection.reason),
                    ..Verdict::of(index, rejection.event_id.map(EventId), VerdictStatus::Rejected)
                }
            }
        };
        verdicts.results.push(verdict);
    }
    verdicts
}

impl Verdict {
    fn of(index: usize, event_id: Option<EventId>, status: VerdictStatus) -> Self {
        Self { index, event_id, status, code: None, field: None, reason: None }
    }
}

impl Error {
    fn into_text(self) -> Response {
        let status = self.status();
        let mut response = (status, self.to_string()).into_response();
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from_static("2"));
        }
        response
    }
}
