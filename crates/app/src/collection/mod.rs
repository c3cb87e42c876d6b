//! Collection: events come in from SDKs and programs, are looked at as they arrive, and make up the catalogue.

mod catalogue;
mod error;
mod hot_properties;
mod ingest;
mod intake;
mod live;
mod recompute;
mod store;
#[cfg(test)]
mod tests;

pub(crate) use hot_properties::HotProperties;
pub use hot_properties::look_after_hot_properties;
pub use recompute::sweep;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::App;

/// Returns the routes under `/api/v1`.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(ingest::routes())
        .routes(routes!(live::list))
        .routes(routes!(catalogue::events))
        .routes(routes!(catalogue::properties))
        .routes(routes!(catalogue::values))
}

/// Returns the routes at the paths other vendors' SDKs know.
pub(crate) use ingest::foreign_routes;
