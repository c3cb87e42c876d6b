//! The web page, embedded in the binary: hashed files are cached for ever, everything else is the page itself.

use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

use crate::embedded;
use crate::scripts;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../web/dist"]
struct Files;

/// What stands for the page until it has been built.
const NOT_BUILT: &str = "The page is not part of this build: run `make web` (or `make run`) and start again.\n";

/// Scripts and styles come from here only; Mantine sets styles on elements, hence `unsafe-inline` for styles.
const POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
    font-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'";

/// Answers everything that is no API: a file of the page, or the page, whose router knows the path.
pub(crate) async fn serve(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let path = uri.path().trim_start_matches('/');
    if let Some(response) = scripts::serve(path, &headers).or_else(|| file(path, &headers)) {
        return response;
    }
    // A missing script must never be answered with a page: the browser would run it.
    let looks_like_file = path.starts_with("assets/") || path.rsplit('/').next().is_some_and(|last| last.contains('.'));
    if looks_like_file || path.starts_with("api/") {
        return StatusCode::NOT_FOUND.into_response();
    }
    file("index.html", &headers).unwrap_or_else(|| (StatusCode::SERVICE_UNAVAILABLE, NOT_BUILT).into_response())
}

fn file(path: &str, headers: &HeaderMap) -> Option<Response> {
    let cache_control = if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let mut response = embedded::serve::<Files>(path, headers, cache_control)?;
    if path.ends_with(".html") && response.status() == StatusCode::OK {
        let about = [(header::CONTENT_SECURITY_POLICY, POLICY), (header::REFERRER_POLICY, "same-origin")];
        response.headers_mut().extend(about.map(|(name, value)| (name, HeaderValue::from_static(value))));
    }
    Some(response)
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;

    use super::*;

    // Attack 18: the page's files are those of the build, however a path is written.
    #[tokio::test]
    async fn no_path_leads_out_of_the_page() {
        let paths = [
            "/../Cargo.toml",
            "/assets/../../Cargo.toml",
            "/assets/../../../../../../../../etc/passwd",
            "/assets/..%2f..%2f..%2fCargo.toml",
            "/assets/%2e%2e/%2e%2e/Cargo.toml",
            "/assets/..%252f..%252fCargo.toml",
            "/assets/..%5c..%5cCargo.toml",
            "/assets//etc/passwd",
            "//etc/passwd",
            "/%2fetc%2fpasswd",
            "/etc/passwd",
            "/assets/....//....//Cargo.toml",
            "/index.html/../../package.json",
            "/../package.json",
            "/.%00./package.json",
            "/assets/index.html%00.js",
            "/static/../../../package.json",
            "/static/..%2f..%2fpackage.json",
            "/analytics-next/../../package.json",
            "/analytics-next/bundles/../../../../package.json",
            "/analytics.js/v1/../../../package.json",
        ];
        for path in paths {
            let uri: Uri = path.parse().expect("a path that a client could send");
            let response = serve(Method::GET, uri, HeaderMap::new()).await;
            let status = response.status();
            let body = to_bytes(response.into_body(), 1 << 20).await.expect("a body");
            let text = String::from_utf8_lossy(&body);
            // The page itself may be answered, whose router knows no such path.
            let is_page = text.contains("<!doctype html>") || text == NOT_BUILT;
            assert!(status == StatusCode::NOT_FOUND || is_page, "{path}: {status} {text}");
            for inside in ["root:", "[workspace]", "\"devDependencies\""] {
                assert!(!text.contains(inside), "{path}");
            }
        }
        for method in [Method::POST, Method::PUT, Method::DELETE] {
            let response = serve(method, Uri::from_static("/"), HeaderMap::new()).await;
            assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
        }
    }
}
