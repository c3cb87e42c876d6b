//! Who may read `/metrics`: this machine, or whoever has the token.

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http_kit::Problem;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::config::Config;

/// What can't be guessed while nobody counts the tries.
const SHORTEST_TOKEN: usize = 20;

/// What operators read of how the server does.
// Not Debug: the token must not reach a log.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Metrics {
    /// What `/metrics` is read with, from anywhere; from this machine alone where absent.
    pub(crate) token: Option<String>,
}

impl std::fmt::Debug for Metrics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Metrics").field("token", &self.token.as_ref().map(|_| "********")).finish()
    }
}

/// Refuses a token that could be guessed, or sent by nobody.
pub(crate) fn check(metrics: &Metrics) -> anyhow::Result<()> {
    let is_weak = |token: &String| token.len() < SHORTEST_TOKEN || !token.is_ascii();
    anyhow::ensure!(
        !metrics.token.as_ref().is_some_and(is_weak),
        "metrics.token must have {SHORTEST_TOKEN} characters at least, all of them ASCII"
    );
    Ok(())
}

/// What a proxy adds: a request with one of these comes from elsewhere, whoever passed it on.
const ADDED_BY_PROXIES: [&str; 7] =
    ["forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "cf-connecting-ip"];

/// Who may read the metrics.
#[derive(Debug, Clone)]
pub(crate) struct Readers {
    /// The hash of the token; absent where there is none.
    token: Option<[u8; 32]>,
    /// Whether a proxy stands in front: then the other end of a connection is the proxy, and nobody is local.
    behind_proxy: bool,
}

impl Readers {
    /// Returns who may read them by the configuration.
    pub(crate) fn of(config: &Config) -> Self {
        Self { token: config.metrics.token.as_deref().map(hash), behind_proxy: config.server.behind_proxy }
    }

    fn may_read(&self, request: &Request) -> bool {
        self.has_token(request.headers()) || self.is_local(request)
    }

    /// Tokens are compared by their hashes: how long that takes tells nothing of the token.
    fn has_token(&self, headers: &HeaderMap) -> bool {
        let sent = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.split_once(' '));
        match (self.token, sent) {
            (Some(token), Some((scheme, sent))) => scheme.eq_ignore_ascii_case("bearer") && hash(sent.trim()) == token,
            _ => false,
        }
    }

    /// Once there is a token it is asked of everybody: others on this machine need not be meant.
    fn is_local(&self, request: &Request) -> bool {
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip().to_canonical());
        let is_passed_on = ADDED_BY_PROXIES.iter().any(|name| request.headers().contains_key(*name));
        self.token.is_none() && !self.behind_proxy && !is_passed_on && peer.is_some_and(|peer| peer.is_loopback())
    }
}

fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}

/// Lets through who may read the metrics.
pub(crate) async fn only_readers(State(readers): State<Readers>, request: Request, next: Next) -> Response {
    if readers.may_read(&request) {
        return next.run(request).await;
    }
    let detail = match readers.token {
        Some(_) => "metrics are read with the header authorization: Bearer and the configuration's metrics.token",
        None => "metrics are read from this machine alone, or from anywhere with the token that metrics.token sets",
    };
    Problem::unauthorized("metrics_not_readable", detail).into_response()
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use axum::body::Body;
    use axum::http::StatusCode;
    use axum::routing::get;
    use axum::{Router, middleware};
    use tower::ServiceExt;

    use super::*;

    const TOKEN: &str = "a token of the scraper's own";

    async fn status(readers: (Option<&str>, bool), from: &str, headers: &[(&str, &str)]) -> StatusCode {
        let (token, behind_proxy) = readers;
        let readers = Readers { token: token.map(hash), behind_proxy };
        let layer = middleware::from_fn_with_state(readers, only_readers);
        let router: Router = Router::new().route("/metrics", get(async || "up 1")).route_layer(layer);
        let mut request = Request::get("/metrics");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut request = request.body(Body::empty()).unwrap();
        let peer: IpAddr = from.parse().unwrap();
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from((peer, 40_000))));
        router.oneshot(request).await.unwrap().status()
    }

    #[tokio::test]
    async fn metrics_are_for_this_machine() {
        for (from, expected) in [
            ("127.0.0.1", StatusCode::OK),
            ("127.8.9.10", StatusCode::OK),
            ("::1", StatusCode::OK),
            ("::ffff:127.0.0.1", StatusCode::OK),
            ("10.0.0.5", StatusCode::UNAUTHORIZED),
            ("203.0.113.9", StatusCode::UNAUTHORIZED),
            ("::ffff:203.0.113.9", StatusCode::UNAUTHORIZED),
            ("fe80::1", StatusCode::UNAUTHORIZED),
        ] {
            assert_eq!(status((None, false), from, &[]).await, expected, "{from}");
        }
    }

    #[tokio::test]
    async fn what_a_proxy_passes_on_is_not_local() {
        assert_eq!(status((None, true), "127.0.0.1", &[]).await, StatusCode::UNAUTHORIZED);
        for header in ADDED_BY_PROXIES {
            let answered = status((None, false), "127.0.0.1", &[(header, "127.0.0.1")]).await;
            assert_eq!(answered, StatusCode::UNAUTHORIZED, "{header}");
        }
    }

    #[tokio::test]
    async fn the_token_opens_metrics_from_anywhere_and_nothing_else_does_then() {
        let with = |token: &str| format!("Bearer {token}");
        for behind_proxy in [false, true] {
            let readers = (Some(TOKEN), behind_proxy);
            let right = with(TOKEN);
            for right in [right.clone(), right.replace("Bearer", "bearer")] {
                assert_eq!(status(readers, "203.0.113.9", &[("authorization", &right)]).await, StatusCode::OK);
            }
            for wrong in ["Bearer", "Bearer ", "Basic abc", TOKEN, &with("another"), &with(&TOKEN[1..])] {
                let answered = status(readers, "127.0.0.1", &[("authorization", wrong)]).await;
                assert_eq!(answered, StatusCode::UNAUTHORIZED, "{wrong}");
            }
            assert_eq!(status(readers, "127.0.0.1", &[]).await, StatusCode::UNAUTHORIZED);
        }
        // Without a token configured, none is right.
        assert_eq!(status((None, false), "10.0.0.5", &[("authorization", "Bearer ")]).await, StatusCode::UNAUTHORIZED);
    }
}
