//! Where our own tracker sends events: our own form at a short path that names nothing, for pages of any origin.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{Method, header};
use axum::routing::post;
use collector::limits;
use tower_http::cors::{AllowHeaders, Any, CorsLayer};

use super::native;
use crate::App;

/// Returns the route; the script stands beside it (`/radix.js`), so that a site can pass both on under one prefix.
pub(super) fn routes() -> Router<App> {
    let any_origin = CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::POST])
        .allow_headers(AllowHeaders::any())
        // Scripts see no other header of a foreign server, and have to wait for so long.
        .expose_headers([header::RETRY_AFTER]);
    Router::new()
        .route("/r/e", post(native::take).options(native::preflight))
        .layer(any_origin)
        .layer(DefaultBodyLimit::max(limits::NATIVE_BODY_BYTES))
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::{Method, Request};
    use serde_json::json;

    use crate::testing::{TestApp, app_tests, request, with_header};

    app_tests! {
        async fn the_tracker_sends_plain_text_with_the_key_inside_from_any_origin(app: TestApp) {
            let app = app.with_events().await;
            let key = app.owner().await.key().await;
            let event = json!({ "event_id": "0190a5d4-8f5e-7cc0-9f3e-1a2b3c4d5e6f", "event": "a", "distinct_id": "b" });
            let body = json!({ "api_key": key, "sent_at": 1_783_000_000_000_u64, "historical": false, "batch": [event] });
            for path in ["/r/e", "/r/e?wait=stored"] {
                let sent = request(Method::POST, path, Some(body.clone()));
                let sent = with_header(sent, "content-type", "text/plain;charset=UTF-8");
                let answer = app.send(with_header(sent, "origin", "https://shop.example")).await;
                assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
                assert_eq!(answer.header("access-control-expose-headers"), Some("retry-after"));
                let status = if path == "/r/e" { "accepted" } else { "duplicate" };
                assert_eq!(answer.expect(200)["results"][0]["status"], status);
            }
        }

        async fn a_wrong_key_is_told_in_a_way_that_scripts_can_read(app: TestApp) {
            let body = json!({ "api_key": "rdx_wrong", "batch": [] });
            let answer = app.send(with_header(request(Method::POST, "/r/e", Some(body)), "origin", "https://a.example")).await;
            assert_eq!(answer.status.as_u16(), 401);
            assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
            let asked = Request::options("/r/e").header("origin", "https://a.example");
            let asked = asked.header("access-control-request-method", "POST").body(Body::empty()).expect("a request");
            assert_eq!(app.send(asked).await.status.as_u16(), 200);
        }
    }
}
