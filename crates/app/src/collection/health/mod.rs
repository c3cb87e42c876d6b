//! How collecting goes: what came in and what became of it, how soon, and whether anything waits.

mod routes;
mod store;
#[cfg(test)]
mod tests;
mod timeline;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::App;

/// Returns the routes under `/api/v1`.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(routes::get))
}
