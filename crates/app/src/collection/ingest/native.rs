//! Our own API, where each event gets a verdict.

use analytics_model::EventId;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderName, StatusCode};
use axum::routing::options;
use collector::wire::native::{self, Call};
use collector::wire::{BadRequest, Request};
use collector::{Outcome, limits};
use http_kit::{Json, Problems, Result};
use serde::Serialize;
use serde_json::{Map, Value};
use tower_http::cors::{AllowHeaders, AllowMethods, CorsLayer};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::super::error::Error;
use super::super::intake::{Until, Verdicted, keep, text};
use super::came::Came;
use crate::App;

/// Returns our own way in, which pages of any origin may use: the key is the proof, no cookie counts.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(take))
        .routes(routes!(identify))
        .routes(routes!(alias))
        .route("/events", options(preflight))
        .route("/identify", options(preflight))
        .route("/alias", options(preflight))
        .layer(any_origin())
        .layer(DefaultBodyLimit::max(limits::NATIVE_BODY_BYTES))
}

/// Pages of any origin may send, without their cookies.
pub(super) fn any_origin() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(tower_http::cors::Any)
        .allow_methods(AllowMethods::any())
        .allow_headers(AllowHeaders::any())
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

/// Who somebody is.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "describes what the collector reads")]
struct SentIdentity {
    /// Who: any stable id of yours. `user_id` is another name for it.
    #[schema(example = "user-17")]
    distinct_id: String,
    /// The id they had before they were known: its events become theirs.
    anonymous_id: Option<String>,
    /// What to set on the person. `$set` is another name for it.
    traits: Option<Map<String, Value>>,
    /// What to set on the person unless it was set before.
    set_once: Option<Map<String, Value>>,
    /// When it became known, ISO 8601; on arrival unless told.
    timestamp: Option<String>,
    /// The event's id: sending it again stores it once.
    event_id: Option<EventId>,
}

/// Two ids of one person.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "describes what the collector reads")]
struct SentAlias {
    /// The id that stays. `user_id` is another name for it.
    #[schema(example = "user-17")]
    distinct_id: String,
    /// The other one.
    alias: String,
    /// When it became known, ISO 8601; on arrival unless told.
    timestamp: Option<String>,
    /// The event's id: sending it again stores it once.
    event_id: Option<EventId>,
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
    /// `stored`: the answer comes when the events can be asked about.
    wait: Option<String>,
}

/// What became of the events of a request.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Verdicts {
    /// How many are accepted; with `wait=stored`, how many are stored now.
    accepted: usize,
    /// How many had been stored before; told with `wait=stored` only.
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
    /// On disk: it will be stored, once.
    Accepted,
    /// In the analytics store.
    Stored,
    /// One of the same id was stored before.
    Duplicate,
    /// Refused, for the reason given.
    Rejected,
}

/// Takes events and says what became of each.
///
/// An event is accepted when it is on disk; soon after it is stored, once. With `wait=stored` the answer comes when it
/// is stored, and tells which events were stored before. A wrong event is refused alone. Send the key as
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
pub(super) async fn take(State(app): State<App>, came: Came) -> Result<Json<Verdicts>> {
    Ok(Json(taken(&app, &came, Call::Event).await?))
}

/// Says who somebody is, and what they are like.
///
/// Stored as an event `$identify`. A list, or `{"batch": […]}`, is taken as well; the key is sent as with events.
#[utoipa::path(
    post,
    path = "/identify",
    operation_id = "send_identify",
    tag = "collection",
    security((), ("key" = [])),
    params(InQuery),
    request_body = SentIdentity,
    responses((status = 200, body = Verdicts), Problems)
)]
async fn identify(State(app): State<App>, came: Came) -> Result<Json<Verdicts>> {
    Ok(Json(taken(&app, &came, Call::Identify).await?))
}

/// Says that two ids are one person.
///
/// Stored as an event `$create_alias`. A list, or `{"batch": […]}`, is taken as well; the key is sent as with events.
#[utoipa::path(
    post,
    path = "/alias",
    operation_id = "send_alias",
    tag = "collection",
    security((), ("key" = [])),
    params(InQuery),
    request_body = SentAlias,
    responses((status = 200, body = Verdicts), Problems)
)]
async fn alias(State(app): State<App>, came: Came) -> Result<Json<Verdicts>> {
    Ok(Json(taken(&app, &came, Call::Alias).await?))
}

async fn taken(app: &App, came: &Came, call: Call) -> std::result::Result<Verdicts, Error> {
    let of_headers = key_of_headers(came).map(str::to_owned);
    let in_front = of_headers.clone().or_else(|| came.in_query(&["api_key"]));
    let known = came.admit_first(app, in_front.as_deref()).await?;
    let request = came.request(app).await?;
    let until = until(&request)?;
    let parsed = native::parse(&request, call)?;
    let key = of_headers.as_deref().or(parsed.key.as_deref());
    let admitted = match known.filter(|_| key == in_front.as_deref()) {
        Some(admitted) => admitted,
        None => came.admit(app, key).await?,
    };
    Ok(verdicts(keep(app, admitted, parsed, until).await?))
}

fn key_of_headers(came: &Came) -> Option<&str> {
    came.bearer().or_else(|| text(&came.headers, HeaderName::from_static("x-api-key")).map(str::trim))
}

/// Returns what the sender wants to wait for.
fn until(request: &Request<'_>) -> std::result::Result<Until, Error> {
    match request.query_value("wait").as_deref() {
        None => Ok(Until::Kept),
        Some("stored") => Ok(Until::Stored),
        Some(_) => Err(Error::Request(BadRequest::Malformed("wait must be stored, or not be there".to_owned()))),
    }
}

fn verdicts(taken: Vec<Verdicted>) -> Verdicts {
    let mut verdicts = Verdicts { accepted: 0, duplicates: 0, rejected: 0, results: Vec::with_capacity(taken.len()) };
    for (index, verdict) in taken.into_iter().enumerate() {
        let verdict = match verdict {
            Ok((id, Some(Outcome::Duplicate))) => {
                verdicts.duplicates += 1;
                Verdict::of(index, Some(id), VerdictStatus::Duplicate)
            }
            Ok((id, outcome)) => {
                verdicts.accepted += 1;
                let status = if outcome.is_some() { VerdictStatus::Stored } else { VerdictStatus::Accepted };
                Verdict::of(index, Some(id), status)
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
