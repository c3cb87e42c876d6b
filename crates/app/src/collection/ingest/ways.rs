//! The ways in that SDKs use all day, answered beside the router: its layers cost a request as much time as reading an
//! event and keeping it. All other paths and methods of these protocols, and what pages ask before they send, stay with
//! the router, which answers these too: in the same way, as a test compares.

use std::convert::Infallible;
use std::sync::LazyLock;

use axum::extract::{DefaultBodyLimit, FromRequest, Request, State};
use axum::http::Method;
use axum::response::{IntoResponse, Response};
use collector::limits;
use collector::wire::posthog::Call;
use tower::{Layer, ServiceExt, service_fn};
use tower_http::cors::CorsLayer;

use super::came::Came;
use super::{mirrored_origin, native, posthog, posthog_v1, segment};
use crate::App;

/// A way in.
#[derive(Debug, Clone, Copy)]
pub struct Way {
    route: &'static str,
    /// How large a body may be.
    bytes: usize,
    protocol: Protocol,
}

#[derive(Debug, Clone, Copy)]
enum Protocol {
    Native,
    PostHog(Call),
    PostHogV1,
    Segment(segment::Sent),
}

/// All of them but Segment's, which are one route.
pub(super) const WAYS: [Way; 10] = [
    Way { route: "/api/v1/events", bytes: limits::NATIVE_BODY_BYTES, protocol: Protocol::Native },
    capture("/e"),
    capture("/e/"),
    capture("/i/v0/e"),
    capture("/i/v0/e/"),
    capture("/capture"),
    capture("/capture/"),
    batch("/batch"),
    batch("/batch/"),
    Way { route: "/i/v1/analytics/events", bytes: limits::POSTHOG_BATCH_BYTES, protocol: Protocol::PostHogV1 },
];

const fn capture(route: &'static str) -> Way {
    Way { route, bytes: limits::POSTHOG_EVENT_BYTES, protocol: Protocol::PostHog(Call::Capture) }
}

const fn batch(route: &'static str) -> Way {
    Way { route, bytes: limits::POSTHOG_BATCH_BYTES, protocol: Protocol::PostHog(Call::Batch) }
}

/// Returns the way in that a request takes, if it is one of them.
pub fn way(request: &Request) -> Option<Way> {
    if request.method() != Method::POST {
        return None;
    }
    let path = request.uri().path();
    let found = WAYS.iter().find(|way| way.route == path).copied();
    found.or_else(|| {
        let protocol = Protocol::Segment(segment::Sent::at(path.strip_prefix("/v1/")?)?);
        Some(Way { route: "/v1/{call}", bytes: limits::SEGMENT_BODY_BYTES, protocol })
    })
}

impl Way {
    /// Returns the path as the router writes it.
    pub fn route(self) -> &'static str {
        self.route
    }

    /// Answers the request that takes this way.
    pub async fn answer(self, app: App, mut request: Request) -> Response {
        static ANY: LazyLock<CorsLayer> = LazyLock::new(native::any_origin);
        static MIRRORED: LazyLock<CorsLayer> = LazyLock::new(mirrored_origin);

        DefaultBodyLimit::max(self.bytes).apply(&mut request);
        let take = |request| {
            let app = app.clone();
            async move {
                let Ok(came) = Came::from_request(request, &app).await;
                Ok::<_, Infallible>(self.take(app, came).await)
            }
        };
        let origins = if matches!(self.protocol, Protocol::Native) { &ANY } else { &MIRRORED };
        let Ok(response) = origins.layer(service_fn(take)).oneshot(request).await;
        response
    }

    async fn take(self, app: App, came: Came) -> Response {
        match self.protocol {
            Protocol::Native => native::take(State(app), came).await.into_response(),
            Protocol::PostHog(call) => posthog::answer(&app, &came, call).await,
            Protocol::PostHogV1 => posthog_v1::answer(State(app), came).await,
            Protocol::Segment(sent) => segment::answer(&app, &came, sent).await,
        }
    }
}
