//! A name for each request, in its answer and in the log.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use uuid::Uuid;

const HEADER: HeaderName = HeaderName::from_static("x-request-id");

tokio::task_local! {
    static CURRENT: RequestId;
}

/// The name of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(pub String);

/// Returns the id of the request this task works for.
pub fn current() -> Option<String> {
    CURRENT.try_with(|id| id.0.clone()).ok()
}

/// Does something in the name of a request.
pub(crate) async fn within<T>(id: RequestId, work: impl Future<Output = T>) -> T {
    CURRENT.scope(id, work).await
}

impl RequestId {
    /// Returns the name of a request with these headers: the one it came with, or a new one.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        Self(given(headers).unwrap_or_else(|| Uuid::new_v4().to_string()))
    }

    /// Returns the header that tells it.
    pub(crate) fn header(&self) -> Option<(HeaderName, HeaderValue)> {
        HeaderValue::from_str(&self.0).ok().map(|value| (HEADER, value))
    }
}

/// Takes over an id given by a proxy, if it is fit for a log.
fn given(headers: &HeaderMap) -> Option<String> {
    let id = headers.get(HEADER)?.to_str().ok()?;
    let fit = (8..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    fit.then(|| id.to_owned())
}
