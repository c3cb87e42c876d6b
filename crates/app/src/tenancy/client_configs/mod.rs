//! Client configurations: what a project tells the SDKs that send events to it.

mod routes;
mod serving;
mod store;
pub(super) mod tables;
#[cfg(test)]
mod tests;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::App;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(routes::list, routes::create))
        .routes(routes!(routes::get, routes::update, routes::delete))
        .merge(serving::routes())
}
