//! The web page, embedded in the binary: hashed files are cached for ever, everything else is the page itself. Beside
//! it the script with which other pages record what happens on them.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../web/dist"]
struct Files;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../sdk/browser/dist"]
struct Tracker;

/// The path of the tracker, the only one of its files that is served.
const TRACKER: &str = "radix.js";

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
    if path == TRACKER {
        return tracker(&headers);
    }
    if let Some(response) = file::<Files>(path, &headers) {
        return response;
    }
    // A missing script must never be answered with a page: the browser would run it.
    let looks_like_file = path.starts_with("assets/") || path.rsplit('/').next().is_some_and(|last| last.contains('.'));
    if looks_like_file || path.starts_with("api/") {
        return StatusCode::NOT_FOUND.into_response();
    }
    file::<Files>("index.html", &headers)
        .unwrap_or_else(|| (StatusCode::SERVICE_UNAVAILABLE, NOT_BUILT).into_response())
}

/// Pages of any origin load it; a new release of it reaches them within the hour.
fn tracker(headers: &HeaderMap) -> Response {
    let Some(mut response) = file::<Tracker>(TRACKER, headers) else { return StatusCode::NOT_FOUND.into_response() };
    let more = [
        (header::CACHE_CONTROL, "public, max-age=3600, stale-while-revalidate=86400"),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
    ];
    for (name, value) in more {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

fn file<From: RustEmbed>(path: &str, headers: &HeaderMap) -> Option<Response> {
    if path.is_empty() || path.ends_with(".br") || path.ends_with(".gz") {
        return None;
    }
    let plain = From::get(path)?;
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let packed = [("br", ".br"), ("gzip", ".gz")]
        .into_iter()
        .filter(|(name, _)| accepted.contains(name))
        .find_map(|(name, ending)| Some((name, From::get(&format!("{path}{ending}"))?)));
    let tag = format!("\"{}\"", hex(&plain.metadata.sha256_hash()[..12]));
    if headers.get(header::IF_NONE_MATCH).is_some_and(|value| value.as_bytes() == tag.as_bytes()) {
        return Some((StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response());
    }
    let mut builder = Response::builder()
        .header(header::CONTENT_TYPE, content_type(path))
        .header(header::ETAG, tag)
        .header(header::VARY, "accept-encoding")
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
        .header(header::CACHE_CONTROL, cache_control(path));
    if path.ends_with(".html") {
        builder = builder
            .header(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY))
            .header(header::REFERRER_POLICY, "same-origin");
    }
    let data = match packed {
        Some((encoding, file)) => {
            builder = builder.header(header::CONTENT_ENCODING, encoding);
            file.data
        }
        None => plain.data,
    };
    builder.body(Body::from(data.into_owned())).ok()
}

fn cache_control(path: &str) -> &'static str {
    if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" }
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json" | "map") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("webmanifest") => "application/manifest+json",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
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

    #[tokio::test]
    async fn other_pages_load_the_tracker_and_keep_it_for_an_hour() {
        let ask = async |headers: HeaderMap| serve(Method::GET, Uri::from_static("/radix.js"), headers).await;
        let response = ask(HeaderMap::new()).await;
        if Tracker::get(TRACKER).is_none() {
            assert_eq!(response.status(), StatusCode::NOT_FOUND);
            return;
        }
        assert_eq!(response.status(), StatusCode::OK);
        let is = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok());
        assert_eq!(is("content-type"), Some("text/javascript; charset=utf-8"));
        assert_eq!(is("x-content-type-options"), Some("nosniff"));
        assert_eq!(is("access-control-allow-origin"), Some("*"));
        assert_eq!(is("cache-control"), Some("public, max-age=3600, stale-while-revalidate=86400"));
        let tag = response.headers()[header::ETAG].clone();
        let again = ask(HeaderMap::from_iter([(header::IF_NONE_MATCH, tag)])).await;
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
        assert!(again.headers().contains_key("access-control-allow-origin"));
        let packed = ask(HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static("br"))])).await;
        assert_eq!(packed.headers()[header::CONTENT_ENCODING], "br");
    }
}
