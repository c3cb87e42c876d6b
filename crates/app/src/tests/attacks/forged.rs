//! Requests that a page of another site makes in the browser of somebody who is signed in.

use axum::{
    body::Body,
    http::{Method, Request},
};
use chrono::TimeDelta;

use crate::{
    testing::{TestApp, app_tests, with_header},
    tests::permissions::{EXPECTED, SENT_BY_KEY, fill, without_query},
};

app_tests! {
    // Attack 16: no operation is done for a page of another site, by fetch or by a form, signed in or not.
    async fn no_page_of_another_site_does_anything(app: TestApp) {
        let app = app.with_events().await;
        let mut owner = app.owner().await;
        let mut wrong = Vec::new();
        for (operation, body, _) in EXPECTED {
            let method: Method = operation.split(' ').next().expect("a method").parse().expect("a method");
            // Events come from pages of others: that is what they are for, and a key decides, not a cookie.
            if method.is_safe() || SENT_BY_KEY.contains(&without_query(operation)) {
                continue;
            }
            app.clock.advance(TimeDelta::hours(12));
            owner = owner.again().await;
            let (path, body) = fill(&owner, operation, body).await;
            let cookie = format!("radix_session={}", owner.cookie.as_deref().expect("a cookie"));
            let foreign = [
                ("sec-fetch-site", "cross-site"),
                ("sec-fetch-site", "same-site"),
                ("origin", "https://evil.example"),
                ("origin", "null"),
                // Old browsers say nothing, and send the cookie with a form.
                ("referer", "https://evil.example/"),
            ];
            let kinds = ["application/json", "text/plain", "application/x-www-form-urlencoded"];
            for ((name, value), kind) in foreign.iter().flat_map(|header| kinds.map(|kind| (*header, kind))) {
                let request = Request::builder().method(method.clone()).uri(format!("/api/v1{path}"));
                let request = request.header("content-type", kind).body(Body::from(body.clone())).expect("a request");
                let answer = app.send(with_header(with_header(request, name, value), "cookie", &cookie)).await;
                let is_silent = name == "referer";
                let status = answer.status.as_u16();
                // Without a word of where it comes from, what needs no cookie is a program's to do.
                let needs_no_cookie = is_silent && kind == "application/json" && is_open(operation);
                if !matches!(status, 403 | 415) && !needs_no_cookie {
                    wrong.push(format!("{operation} answers {status} to {name}: {value} with {kind}: {}", answer.text()));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

/// Returns whether an operation is for people who have not signed in.
fn is_open(operation: &str) -> bool {
    let description = super::samples::Description::new();
    let security = &description.operation(without_query(operation))["security"];
    security
        .as_array()
        .is_some_and(|kinds| kinds.iter().any(|kind| kind.as_object().is_some_and(serde_json::Map::is_empty)))
}
