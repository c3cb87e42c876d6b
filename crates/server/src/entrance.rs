//! What answers a request: a way in for events, or the router with everything else.

use app::{App, collection};
use axum::Router;
use axum::extract::Request;
use axum::response::Response;
use http_kit::Edge;
use tower::ServiceExt;

use crate::observe;

/// Answers requests.
#[derive(Clone)]
pub(crate) struct Entrance {
    pub(crate) app: App,
    pub(crate) edge: Edge,
    /// With its layers around it.
    pub(crate) router: Router,
}

impl Entrance {
    /// Answers one request.
    pub(crate) async fn answer(self, request: Request) -> Response {
        let Some(way) = collection::way(&request) else {
            let Ok(response) = self.router.oneshot(request).await;
            return response;
        };
        let answer = |request| http_kit::surrounded(self.edge, request, |request| way.answer(self.app, request));
        observe::measured(way.route(), request, answer).await
    }
}
