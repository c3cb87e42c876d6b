//! A request with events, as it came.

use std::convert::Infallible;

use analytics_model::ProjectId;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use collector::Rejection;
use collector::wire::{self, BadRequest, Parsed};
use http_kit::Client;

use super::super::error::Error;
use super::super::intake::{Admitted, Until, Verdicted, admit, keep, text};
use crate::{
    App,
    limits::{Limit, Rate},
};

/// Lines about events that were refused, for each project: a few at once, then one a minute.
const LINES: Rate = Rate { burst: 10, every_seconds: 60 };

/// What of a request the forms need.
pub(super) struct Came {
    client: Client,
    pub(super) headers: HeaderMap,
    query: Option<String>,
    body: std::result::Result<Bytes, BytesRejection>,
}

impl FromRequest<App> for Came {
    type Rejection = Infallible;

    async fn from_request(mut request: Request, app: &App) -> std::result::Result<Self, Infallible> {
        Ok(Self {
            client: request.extensions().get().copied().unwrap_or_default(),
            headers: std::mem::take(request.headers_mut()),
            query: request.uri().query().map(str::to_owned),
            body: Bytes::from_request(request, app).await,
        })
    }
}

impl Came {
    /// Returns the request as the forms read it.
    pub(super) fn request(&self, app: &App) -> std::result::Result<wire::Request<'_>, Error> {
        let body = self.body.as_ref().map_err(|rejection| Error::Body(rejection.body_text(), rejection.status()))?;
        Ok(wire::Request {
            body,
            content_type: text(&self.headers, header::CONTENT_TYPE),
            content_encoding: text(&self.headers, header::CONTENT_ENCODING),
            query: self.query.as_deref().unwrap_or_default(),
            received_at: app.now(),
        })
    }

    /// Returns whose events they are, if the key is good for sending them.
    pub(super) async fn admit(&self, app: &App, key: Option<&str>) -> std::result::Result<Admitted, Error> {
        admit(app, key.ok_or(Error::KeyMissing)?, self.client, &self.headers).await
    }

    /// Returns the token of `Authorization: Bearer`.
    pub(super) fn bearer(&self) -> Option<&str> {
        self.authorization("bearer")
    }

    /// Returns the name of `Authorization: Basic`, where libraries put the key.
    pub(super) fn basic(&self) -> Option<String> {
        let decoded = BASE64_STANDARD.decode(self.authorization("basic")?).ok()?;
        let pair = String::from_utf8(decoded).ok()?;
        let name = pair.split_once(':').map_or(pair.as_str(), |(name, _)| name).trim();
        Some(name.to_owned()).filter(|name| !name.is_empty())
    }

    fn authorization(&self, wanted: &str) -> Option<&str> {
        let (scheme, value) = text(&self.headers, header::AUTHORIZATION)?.split_once(' ')?;
        scheme.eq_ignore_ascii_case(wanted).then(|| value.trim())
    }
}

/// Keeps the events of a protocol without a verdict for each: a request fails only where nothing of it was good.
pub(super) async fn take(app: &App, admitted: Admitted, parsed: Parsed) -> std::result::Result<(), Error> {
    let (sent, project) = (parsed.events.len(), admitted.arrival.project);
    let refused = tell(app, project, keep(app, admitted, parsed, Until::Kept).await?).await;
    match refused {
        Some(first) if sent == 1 => Err(Error::Request(BadRequest::Malformed(first.reason))),
        _ => Ok(()),
    }
}

/// Tells the log what a protocol has no answer for, and returns the first. Keys are public: whoever has one must not
/// fill the log.
async fn tell(app: &App, project: ProjectId, verdicts: Vec<Verdicted>) -> Option<Rejection> {
    let refused: Vec<Rejection> = verdicts.into_iter().filter_map(std::result::Result::err).collect();
    let count = refused.len();
    let first = refused.into_iter().next()?;
    let limit = Limit::new("refused_events", &project.to_string(), LINES);
    if app.limits().count(&[limit], app.now()).await.is_ok() {
        let code = first.code;
        tracing::warn!(%project, refused = count, code, "events were refused, the first of them: {first}");
    }
    Some(first)
}

impl Error {
    /// Answers in plain text, as other vendors do.
    pub(super) fn into_text(self) -> Response {
        let status = self.status();
        self.with_retry((status, self.to_string()).into_response())
    }

    /// Says when to try again, where that helps.
    pub(super) fn with_retry(&self, mut response: Response) -> Response {
        if let Some(after) = self.retry_after() {
            response.headers_mut().insert(header::RETRY_AFTER, after.as_secs().max(1).into());
        }
        response
    }
}
