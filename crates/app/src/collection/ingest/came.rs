//! A request with events, as it came.

use std::convert::Infallible;
use std::sync::{Mutex, PoisonError};

use analytics_model::ProjectId;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use collector::Rejection;
use collector::wire::{self, BadRequest, Parsed};
use http_kit::{BodyFailure, Client, Holding};
use tokio::sync::OnceCell;

use super::super::error::Error;
use super::super::intake::{Admitted, Until, Verdicted, admit, keep, text};
use crate::{
    App,
    limits::{Limit, Rate},
};

/// Lines about events that were refused, for each project: a few at once, then one a minute.
const LINES: Rate = Rate { burst: 10, every_seconds: 60 };

/// What of a request the forms need. Its body is read when it is asked for: who shows a key in front of it has that
/// looked at first.
pub(super) struct Came {
    client: Client,
    pub(super) headers: HeaderMap,
    query: Option<String>,
    holding: Option<Holding>,
    /// With the body that is still to be read.
    unread: Mutex<Option<Request>>,
    body: OnceCell<std::result::Result<Bytes, Unread>>,
}

/// Why there is no body.
#[derive(Debug, Clone)]
struct Unread {
    text: String,
    status: StatusCode,
}

impl FromRequest<App> for Came {
    type Rejection = Infallible;

    async fn from_request(mut request: Request, _: &App) -> std::result::Result<Self, Infallible> {
        Ok(Self {
            client: request.extensions().get().copied().unwrap_or_default(),
            headers: std::mem::take(request.headers_mut()),
            query: request.uri().query().map(str::to_owned),
            holding: request.extensions().get().cloned(),
            unread: Mutex::new(Some(request)),
            body: OnceCell::new(),
        })
    }
}

impl Came {
    /// Returns the request as the forms read it; its body is read now.
    pub(super) async fn request(&self, app: &App) -> std::result::Result<wire::Request<'_>, Error> {
        let body = self.body.get_or_init(|| self.read(app)).await;
        let body = body.as_ref().map_err(|unread| Error::Body(unread.text.clone(), unread.status))?;
        Ok(wire::Request {
            body,
            content_type: text(&self.headers, header::CONTENT_TYPE),
            content_encoding: text(&self.headers, header::CONTENT_ENCODING),
            query: self.query.as_deref().unwrap_or_default(),
            received_at: app.now(),
        })
    }

    async fn read(&self, app: &App) -> std::result::Result<Bytes, Unread> {
        let unread = self.unread.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(request) = unread else { return Ok(Bytes::new()) };
        let read = Bytes::from_request(request, app).await;
        read.map_err(|rejection| match self.holding.as_ref().and_then(Holding::failure) {
            Some(failure @ BodyFailure::TooSlow) => {
                Unread { text: failure.to_string(), status: StatusCode::REQUEST_TIMEOUT }
            }
            Some(failure @ BodyFailure::NoRoom) => {
                Unread { text: failure.to_string(), status: StatusCode::SERVICE_UNAVAILABLE }
            }
            None => Unread { text: rejection.body_text(), status: rejection.status() },
        })
    }

    /// Looks at a key that stands in front of the body: what comes with a wrong one is not read.
    pub(super) async fn admit_first(
        &self,
        app: &App,
        key: Option<&str>,
    ) -> std::result::Result<Option<Admitted>, Error> {
        match key {
            Some(key) => Ok(Some(self.admit(app, Some(key)).await?)),
            None => Ok(None),
        }
    }

    /// Returns the first of these names that the address has a value for.
    pub(super) fn in_query(&self, names: &[&str]) -> Option<String> {
        let query = self.query.as_deref()?.as_bytes();
        let find = |name: &&str| url::form_urlencoded::parse(query).find(|(known, _)| known == *name);
        names.iter().find_map(find).map(|(_, value)| value.into_owned())
    }

    /// Returns whose events they are, if the key is good for sending them.
    pub(super) async fn admit(&self, app: &App, key: Option<&str>) -> std::result::Result<Admitted, Error> {
        let admitted = admit(app, key.ok_or(Error::KeyMissing)?, self.client, &self.headers).await?;
        if let Some(holding) = &self.holding {
            holding.known();
        }
        Ok(admitted)
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
