//! Merges of people: which there were, and taking one out again.

mod replay;
mod routes;
mod store;
#[cfg(test)]
mod tests;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::App;

/// Returns the routes under `/api/v1`.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(routes::list)).routes(routes!(routes::undo))
}
