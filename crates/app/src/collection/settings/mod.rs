//! What a project wants done with its events: addresses, internal traffic, limits.

mod cache;
mod model;
mod routes;
mod store;
#[cfg(test)]
mod tests;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::App;

pub(crate) use cache::SettingsCache;
pub use cache::StoredRules;
pub(super) use model::CollectionSettings;

/// Returns the routes under `/api/v1`.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(routes::get, routes::update))
}
