//! Organizations: the tenants, what they are called, how they are set, and who belongs to them.

mod instance;
mod member;
mod members;
mod membership;
mod routes;
mod service;
pub(super) mod store;
#[cfg(test)]
mod tests;
mod words;

pub(super) use member::Member;
pub(super) use words::{OrganizationSettings, check_currency, present, slug_of};

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::App;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(instance::list))
        .routes(routes!(routes::list, routes::create))
        .routes(routes!(routes::get, routes::update, routes::delete))
        .routes(routes!(routes::transfer))
        .routes(routes!(members::list))
        .routes(routes!(members::update, members::remove))
}
