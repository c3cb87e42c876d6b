//! Collection: events come in from SDKs and programs, are looked at as they arrive, and make up the catalogue.

mod catalogue;
mod error;
mod ingest;
mod intake;
mod live;
mod store;
#[cfg(test)]
mod tests;

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
