//! What every route speaks: problems, extractors, pages, and the layers around all of them.

mod client;
mod extract;
mod headers;
mod origin;
mod page;
mod problem;
mod request_id;

#[cfg(test)]
mod tests;

use axum::{Router, middleware::from_fn, middleware::from_fn_with_state};
use tower_http::catch_panic::CatchPanicLayer;

pub use client::Client;
pub use extract::{Json, Path, Query, read};
pub use origin::Origin;
pub use page::{Page, Paging};
pub use problem::{FieldError, Problem, Problems, Result};
pub use request_id::{RequestId, current as current_request};

/// What lies between this server and its clients.
#[derive(Debug, Clone, Copy, Default)]
pub struct Edge {
    /// Whether a proxy in front sets `X-Forwarded-For` and `X-Forwarded-Proto`; believing them without one would let
    /// anybody choose their address.
    pub behind_proxy: bool,
}

/// Puts the layers around a router: request ids, client addresses, security headers, problems for unknown paths.
pub fn surround(router: Router, edge: Edge) -> Router {
    router
        .layer(CatchPanicLayer::custom(problem::panicked))
        .layer(from_fn(problem::explain))
        .layer(from_fn(headers::secure))
        .layer(from_fn_with_state(edge, client::tell))
        .layer(from_fn(request_id::tell))
}
