//! What every route speaks: problems, extractors, pages, and the layer around all of them.

mod bodies;
mod client;
mod extract;
mod headers;
mod origin;
mod page;
mod problem;
mod request_id;
mod version;

#[cfg(test)]
mod tests;

use std::{net::IpAddr, panic::AssertUnwindSafe, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{Request, State},
    http::StatusCode,
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
};
use futures::FutureExt;
use ipnet::IpNet;

pub use bodies::{Bodies, BodyFailure, BodyLimits, Bounded, Holding};
pub use client::Client;
pub use extract::{Json, Path, Query, read};
pub use origin::Origin;
pub use page::{Page, Paging};
pub use problem::{FieldError, Problem, Problems, Result};
pub use request_id::{RequestId, current as current_request};
pub use version::{Changed, IfMatch, MadeChange, Tagged, Version, Versioned};

/// When it may be tried again what found no room.
const BUSY: Duration = Duration::from_secs(2);

/// What lies between this server and its clients.
#[derive(Debug, Clone, Default)]
pub struct Edge {
    /// Whether a proxy in front sets `X-Forwarded-For` or `Forwarded`, and `X-Forwarded-Proto`; believing them without
    /// one would let anybody choose their address.
    pub behind_proxy: bool,
    /// Further proxies between that one and the clients, whose word is taken as well.
    pub trusted_proxies: Arc<[IpNet]>,
    /// A header that the proxy sets to the client's address, and that counts alone.
    pub address_header: Option<Arc<str>>,
}

impl Edge {
    pub(crate) fn trusts(&self, address: IpAddr) -> bool {
        self.trusted_proxies.iter().any(|network| network.contains(&address))
    }
}

/// Puts what all requests have in common around a router: request ids, client addresses, security headers, problems for
/// refused methods and for handlers that panic.
///
/// It is one layer: each costs every request an allocation or two. What has no time for even that goes past the router,
/// with [`surrounded`].
pub fn surround(router: Router, edge: Edge) -> Router {
    router.layer(from_fn_with_state(edge, around))
}

/// Says why a body was not read, where who answered could only say that it was not.
fn not_read(response: Response, failure: BodyFailure) -> Response {
    let (status, code) = match failure {
        BodyFailure::TooSlow => (StatusCode::REQUEST_TIMEOUT, "body_too_slow"),
        BodyFailure::NoRoom => (StatusCode::SERVICE_UNAVAILABLE, "too_much_at_once"),
    };
    if response.status() == status || response.status().is_success() {
        return response;
    }
    let problem = Problem::new(status, code, failure);
    if failure == BodyFailure::NoRoom { problem.after(BUSY) } else { problem }.into_response()
}

async fn around(State(edge): State<Edge>, request: Request, next: Next) -> Response {
    surrounded(edge, request, |request| next.run(request)).await
}

/// Puts around one answer what [`surround`] puts around those of a router.
pub async fn surrounded<F: Future<Output = Response>>(
    edge: Edge,
    mut request: Request,
    answer: impl FnOnce(Request) -> F,
) -> Response {
    let id = RequestId::of(request.headers());
    client::tell(&edge, &mut request);
    request.extensions_mut().insert(id.clone());
    let is_api = request.uri().path().starts_with("/api/");
    let header = id.header();
    let holding = request.extensions().get::<Holding>().cloned();
    let answered = request_id::within(id, async {
        match AssertUnwindSafe(answer(request)).catch_unwind().await {
            Ok(response) => problem::explain(response),
            Err(payload) => problem::panicked(payload.as_ref()),
        }
    });
    let mut response = answered.await;
    if let Some(failure) = holding.and_then(|holding| holding.failure()) {
        response = not_read(response, failure);
    }
    headers::secure(is_api, response.headers_mut());
    response.headers_mut().extend(header);
    response
}
