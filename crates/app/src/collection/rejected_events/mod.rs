//! Events that were refused: looked at, mended and sent again, or discarded. Nothing that arrives under a project's key
//! is lost before somebody has decided so, for 90 days.

mod model;
mod replay;
mod routes;
mod service;
mod store;
#[cfg(test)]
mod tests;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::App;

/// Returns the routes under `/api/v1`.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(routes::list, routes::discard))
        .routes(routes!(routes::summary))
        .routes(routes!(routes::replay))
        .routes(routes!(routes::get, routes::discard_one))
}
