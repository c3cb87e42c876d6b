//! Scripts that other pages load: our own tracker, and other vendors' libraries at the paths that their snippets know.

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

use crate::embedded;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../sdk/browser/dist"]
struct Tracker;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../sdk/vendors/dist"]
struct Vendors;

/// The path of the tracker, the only one of its files that is served.
const TRACKER: &str = "radix.js";
/// Segment's library, as its snippet calls it.
const SEGMENT: &str = "analytics.min.js";

/// Answers a script, or that it is not there; none where the path is not one of scripts.
pub(crate) fn serve(path: &str, headers: &HeaderMap) -> Option<Response> {
    let found = if path == TRACKER {
        script::<Tracker>(TRACKER, headers)
    } else {
        let (vendor, rest) = path.split_once('/')?;
        let name = rest.rsplit('/').next().unwrap_or(rest);
        match vendor {
            // A version may stand before the name: whichever it is, there is one.
            "static" => script::<Vendors>(&format!("static/{name}"), headers),
            // A key stands before the name, which the script reads from its own address.
            "analytics.js" if name == SEGMENT => script::<Vendors>(&format!("analytics-next/{SEGMENT}"), headers),
            "analytics.js" => None,
            "analytics-next" => script::<Vendors>(path, headers),
            _ => return None,
        }
    };
    // A browser would run a page or JSON in place of a missing script.
    let missing = || {
        let about = [(header::X_CONTENT_TYPE_OPTIONS, "nosniff"), (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")];
        (StatusCode::NOT_FOUND, about, "there is no such script here\n").into_response()
    };
    Some(found.unwrap_or_else(missing))
}

/// Pages of any origin load it; a new release of it reaches them within the hour.
fn script<From: RustEmbed>(path: &str, headers: &HeaderMap) -> Option<Response> {
    let mut response = embedded::serve::<From>(path, headers, "public, max-age=3600, stale-while-revalidate=86400")?;
    let from_anywhere = [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
    ];
    response.headers_mut().extend(from_anywhere.map(|(name, value)| (name, HeaderValue::from_static(value))));
    Some(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(path: &str, headers: impl IntoIterator<Item = (HeaderName, HeaderValue)>) -> Response {
        serve(path, &headers.into_iter().collect()).expect("a path of scripts")
    }

    #[test]
    fn pages_of_any_origin_load_scripts_and_keep_them_for_an_hour() {
        let bundle = Vendors::iter().find(|path| path.contains("bundles/tsub") && path.ends_with(".js"));
        let scripts = [
            "radix.js",
            "static/array.js",
            "static/1.449.2/array.js",
            "static/web-vitals.js",
            "static/exception-autocapture.js",
            "analytics.js/v1/rdx_key/analytics.min.js",
            bundle.as_deref().expect("a part that Segment's library loads"),
        ];
        for path in scripts {
            let response = ask(path, []);
            assert_eq!(response.status(), StatusCode::OK, "{path}");
            let is = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok());
            assert_eq!(is("content-type"), Some("text/javascript; charset=utf-8"));
            assert_eq!(is("x-content-type-options"), Some("nosniff"));
            assert_eq!(is("access-control-allow-origin"), Some("*"));
            assert_eq!(is("cross-origin-resource-policy"), Some("cross-origin"));
            assert_eq!(is("cache-control"), Some("public, max-age=3600, stale-while-revalidate=86400"));
            let again = ask(path, [(header::IF_NONE_MATCH, response.headers()[header::ETAG].clone())]);
            assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
            assert!(again.headers().contains_key("access-control-allow-origin"));
            let packed = ask(path, [(header::ACCEPT_ENCODING, HeaderValue::from_static("br"))]);
            assert_eq!(packed.headers()[header::CONTENT_ENCODING], "br");
        }
    }

    #[test]
    fn a_script_that_is_not_there_is_no_page() {
        let missing = ["static/recorder.js", "static/", "static/array", "analytics.js/v1/key/x.js", "analytics-next/x"];
        for path in missing {
            let response = ask(path, []);
            assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
            assert_eq!(response.headers()[header::CONTENT_TYPE], "text/plain; charset=utf-8");
        }
        for path in ["", "static", "radix.js/x", "assets/array.js", "home"] {
            assert!(serve(path, &HeaderMap::new()).is_none(), "{path} is for the page to answer");
        }
    }

    #[test]
    fn licences_come_with_what_they_are_of() {
        for path in ["static/LICENSE.txt", "analytics-next/LICENSE.txt"] {
            let response = ask(path, []);
            assert_eq!(response.status(), StatusCode::OK, "{path}");
            assert_eq!(response.headers()[header::CONTENT_TYPE], "text/plain; charset=utf-8");
        }
    }
}
