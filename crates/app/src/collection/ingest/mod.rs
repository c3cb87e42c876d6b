//! Taking events in: from our own API, and from SDKs made for others.
//!
//! Each file is one vendor's way of asking and being answered; all lead into [`super::intake`].

mod came;
mod native;
mod posthog;
mod posthog_v1;
mod rudder;
mod segment;
mod startup;
#[cfg(test)]
mod tests;
mod tracker;
mod ways;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderName, StatusCode, header};
use axum::routing::MethodRouter;
use tower_http::cors::{AllowHeaders, AllowMethods, AllowOrigin, CorsLayer};

pub(crate) use native::routes;
pub use ways::{Way, way};

use crate::App;

/// Returns the routes outside of `/api`: those of our own tracker, and at the paths other vendors' SDKs know.
pub(crate) fn foreign_routes() -> Router<App> {
    Router::new()
        .merge(posthog::routes())
        .merge(posthog_v1::routes())
        .merge(startup::routes())
        .merge(segment::routes())
        .merge(rudder::routes())
        .layer(mirrored_origin())
        .merge(tracker::routes())
}

/// Pages of any origin may send with their cookies, as these SDKs do.
fn mirrored_origin() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(AllowOrigin::mirror_request())
        .allow_methods(AllowMethods::mirror_request())
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers([header::RETRY_AFTER, HeaderName::from_static(posthog_v1::REQUEST_ID)])
        .allow_credentials(true)
}

/// Answers a path with and without a slash at its end, and takes bodies of so many bytes there.
fn at(path: &str, bytes: usize, answers: MethodRouter<App>) -> Router<App> {
    let answers = answers.options(asked).layer(DefaultBodyLimit::max(bytes));
    Router::new().route(path, answers.clone()).route(&format!("{path}/"), answers)
}

/// Answers who asks for options but not from a page; those are answered by the layer around.
async fn asked() -> StatusCode {
    StatusCode::OK
}
