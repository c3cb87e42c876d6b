//! Invitations: how people come into an organization that they don't belong to yet.

mod acceptance;
mod letter;
mod routes;
mod service;
mod store;
pub(super) mod tables;
#[cfg(test)]
mod tests;

pub(super) use store::{revoke_of, revoke_to};

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::App;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(routes::list, routes::create))
        .routes(routes!(routes::revoke))
        .routes(routes!(routes::resend))
        .routes(routes!(acceptance::get))
        .routes(routes!(acceptance::accept))
}
