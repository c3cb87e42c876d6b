//! Every request of `sdk/spec` is answered as its file says, and what it says is stored.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;

use axum::body::Body;
use axum::http::Request;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use super::ways::WAYS;
use crate::collection;
use crate::tenancy;
use crate::testing::{Answer, Caller, TestApp, app_tests};

/// The key of all fixtures: recorded bodies hold it, some of them compressed.
const KEY: &str = "rdx_WireFixtureWireFixtureWireFixtureWireFixtur";

app_tests! {
    async fn every_request_is_answered_as_its_file_says(app: TestApp) {
        let app = app.with_events().await;
        let owner = app.owner().await;
        let key = owner.key().await;
        tenancy::testing::set_secret(&app.app, &key, KEY).await;
        let mut seen = HashSet::new();
        let mut wrong = Vec::new();
        for file in files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../sdk/spec")) {
            let fixture: Value = serde_json::from_slice(&fs::read(&file).expect("a file")).expect("JSON");
            let answer = app.send(request(&fixture["request"])).await;
            let mut found = differences(&answer, &fixture["response"]);
            let expected = fixture["events"].as_array().expect("events");
            found.extend(stored_otherwise(&new_events(&owner, &mut seen).await, expected));
            wrong.extend(found.iter().map(|found| format!("{}: {found}", file.display())));
        }
        assert!(seen.len() > 50, "{}", seen.len());
        assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    }

    async fn a_way_beside_the_router_answers_as_the_router_does(app: TestApp) {
        let app = app.with_events().await;
        let owner = app.owner().await;
        let key = owner.key().await;
        tenancy::testing::set_secret(&app.app, &key, KEY).await;
        let event = json!({ "event": "a", "distinct_id": "u", "api_key": KEY, "uuid": "0190a5d4-8f5e-7cc0-9f3e-1a2b3c4d5e6f" });
        for way in WAYS {
            let body = json!({ "batch": [event] }).to_string();
            let post = || Request::post(way.route()).header("authorization", format!("Bearer {KEY}"));
            let request = || post().body(Body::from(body.clone())).expect("a request");
            let (beside, routed) = (app.send(request()).await, app.routed(request()).await);
            assert_eq!(comparable(beside), comparable(routed), "{}", way.route());
        }
        let mut routes = HashSet::new();
        for file in files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../sdk/spec")) {
            let fixture: Value = serde_json::from_slice(&fs::read(&file).expect("a file")).expect("JSON");
            let good = &fixture["request"];
            let Some(way) = collection::way(&request(good)) else { continue };
            routes.insert(way.route());
            let mut from_a_page = good.clone();
            from_a_page["headers"]["origin"] = json!("https://shop.example");
            let mut without_body = from_a_page.clone();
            without_body["body_base64"] = json!("");
            let mut too_large = from_a_page.clone();
            too_large["body_base64"] = json!(BASE64_STANDARD.encode(vec![b' '; 25 * 1024 * 1024 + 1]));
            let mut without_key = from_a_page.clone();
            without_key["headers"]["authorization"] = Value::Null;
            for sent in [good, &from_a_page, &without_body, &too_large, &without_key] {
                let (beside, routed) = (app.send(request(sent)).await, app.routed(request(sent)).await);
                assert_eq!(comparable(beside), comparable(routed), "{}", file.display());
            }
        }
        assert!(routes.len() >= 5, "{routes:?}");
    }

    async fn what_comes_with_a_wrong_key_is_not_read(app: TestApp) {
        let app = app.with_events().await;
        app.owner().await;
        let wrong = "rdx_WrongWrongWrongWrongWrongWrongWrongWrongWro";
        let basic = format!("Basic {}", BASE64_STANDARD.encode(format!("{wrong}:")));
        let bearer = format!("Bearer {wrong}");
        let asked = [
            ("/api/v1/events", "authorization", &*bearer),
            ("/api/v1/identify", "authorization", &*bearer),
            ("/api/v1/events", "x-api-key", wrong),
            ("/api/v1/events?api_key=no-key-at-all", "x", "y"),
            ("/e/?ip=1&token=rdx_no", "x", "y"),
            ("/capture?api_key=no", "x", "y"),
            ("/batch/?token=no", "x", "y"),
            ("/i/v1/analytics/events", "authorization", &*bearer),
            ("/v1/batch", "authorization", &*basic),
            ("/v1/track?writeKey=no", "x", "y"),
            ("/beacon/v1/batch?writeKey=no", "x", "y"),
        ];
        for (path, name, value) in asked {
            for is_beside in [true, false] {
                let is_read = Arc::new(AtomicBool::new(false));
                let noted = is_read.clone();
                let body = futures::stream::poll_fn(move |_| {
                    noted.store(true, Ordering::Relaxed);
                    Poll::<Option<Result<Vec<u8>, std::io::Error>>>::Pending
                });
                let request = Request::post(path).header(name, value).header("content-type", "application/json");
                let request = request.body(Body::from_stream(body)).expect("a request");
                let answer = if is_beside { app.send(request).await } else { app.routed(request).await };
                assert_eq!((answer.status.as_u16(), is_read.load(Ordering::Relaxed)), (401, false), "{path} {name}");
            }
        }
    }

    async fn a_page_may_ask_every_path_first(app: TestApp) {
        let paths = [
            "/e", "/e/", "/i/v0/e/", "/capture", "/track", "/engage/", "/batch/", "/s/", "/i/v0/ai/batch/",
            "/i/v1/analytics/events", "/flags/", "/decide", "/v1/t", "/v1/batch", "/v1/projects/x/settings",
            "/beacon/v1/batch", "/pixel/v1/track", "/sourceConfig/", "/array/x/config",
        ];
        for path in paths {
            let request = Request::options(path)
                .header("origin", "https://shop.example")
                .header("access-control-request-method", "POST")
                .header("access-control-request-headers", "content-type, x-custom");
            let answer = app.send(request.body(Body::empty()).expect("a request")).await;
            assert_eq!(answer.status.as_u16(), 200, "{path}");
            assert_eq!(answer.header("access-control-allow-origin"), Some("https://shop.example"), "{path}");
            assert_eq!(answer.header("access-control-allow-headers"), Some("content-type, x-custom"), "{path}");
            assert_eq!(answer.header("access-control-allow-credentials"), Some("true"), "{path}");
            let bare = app.send(Request::options(path).body(Body::empty()).expect("a request")).await;
            assert_eq!(bare.status.as_u16(), 200, "{path}");
        }
    }

    async fn a_request_that_is_too_large_is_told_so_that_less_is_sent(app: TestApp) {
        let large = vec![b' '; 25 * 1024 * 1024 + 1];
        for path in ["/e/", "/batch/", "/s/", "/i/v1/analytics/events", "/v1/batch", "/flags/", "/beacon/v1/batch"] {
            let request = Request::post(path).header("authorization", format!("Bearer {KEY}"));
            let answer = app.send(request.body(Body::from(large.clone())).expect("a request")).await;
            // The second protocol looks at the key before anything else.
            let expected = if path.starts_with("/i/v1") { 401 } else { 413 };
            assert_eq!(answer.status.as_u16(), expected, "{path}: {}", answer.text());
        }
    }

    async fn while_nothing_can_be_stored_libraries_are_asked_to_come_again(app: TestApp) {
        let owner = app.owner().await;
        let key = owner.key().await;
        let event = json!({ "event": "a", "distinct_id": "u", "api_key": key, "uuid": "0190a5d4-8f5e-7cc0-9f3e-1a2b3c4d5e6f" });
        let track = json!({ "event": "a", "userId": "u", "writeKey": key });
        let bodies = [("/e/", event.clone()), ("/v1/t", track), ("/i/v1/analytics/events", json!({ "batch": [event] }))];
        for (path, body) in bodies {
            let request = Request::post(path).header("authorization", format!("Bearer {key}"));
            let answer = app.send(request.body(Body::from(body.to_string())).expect("a request")).await;
            assert_eq!(answer.status.as_u16(), 503, "{path}: {}", answer.text());
            assert_eq!(answer.header("retry-after"), Some("2"), "{path}");
        }
    }
}

fn request(sent: &Value) -> Request<Body> {
    let query = sent["query"].as_str().map(|query| format!("?{query}")).unwrap_or_default();
    let path = sent["path"].as_str().expect("a path");
    let mut request =
        Request::builder().method(sent["method"].as_str().expect("a method")).uri(format!("{path}{query}"));
    for (name, value) in sent["headers"].as_object().into_iter().flatten() {
        if let Some(value) = value.as_str() {
            request = request.header(name, value);
        }
    }
    let body = match sent["body_base64"].as_str() {
        Some(encoded) => BASE64_STANDARD.decode(encoded).expect("base64"),
        None => sent["body"].as_str().unwrap_or_default().as_bytes().to_vec(),
    };
    request.body(Body::from(body)).expect("a request")
}

/// An answer without what is new in each, the request's id and ids of events that came without one, and without its
/// length, which the connection adds where the router has not.
fn comparable(answer: Answer) -> (u16, Vec<(String, String)>, Value) {
    let mut headers: Vec<_> =
        answer.headers.iter().filter(|(name, _)| *name != "x-request-id" && *name != "content-length").collect();
    headers.sort_by_key(|(name, _)| name.as_str());
    let headers = headers.into_iter().map(|(name, value)| (name.to_string(), format!("{value:?}"))).collect();
    let mut body = serde_json::from_slice(&answer.body).unwrap_or_else(|_| json!(answer.text()));
    if let Some(problem) = body.as_object_mut() {
        problem.remove("request_id");
    }
    for result in body.get_mut("results").and_then(Value::as_array_mut).into_iter().flatten() {
        result["event_id"] = Value::Null;
    }
    (answer.status.as_u16(), headers, body)
}

fn differences(answer: &Answer, expected: &Value) -> Vec<String> {
    let mut found = Vec::new();
    if json!(answer.status.as_u16()) != expected["status"] {
        found.push(format!("{} instead of {}: {}", answer.status, expected["status"], answer.text()));
    }
    for (name, value) in expected["headers"].as_object().into_iter().flatten() {
        if answer.header(name) != value.as_str() {
            found.push(format!("{name} is {:?} instead of {value}", answer.header(name)));
        }
    }
    let is_as_told = match &expected["body"] {
        Value::Null => true,
        Value::String(text) => answer.text() == *text,
        json => serde_json::from_slice(&answer.body).is_ok_and(|body: Value| holds(&body, json)),
    };
    if !is_as_told {
        found.push(format!("the body is {} instead of {}", answer.text(), expected["body"]));
    }
    found
}

/// Compares by name and person: what arrives in one request has no order.
fn stored_otherwise(stored: &[Value], expected: &[Value]) -> Vec<String> {
    let mut found = Vec::new();
    if stored.len() != expected.len() {
        found.push(format!("{} events are stored instead of {}", stored.len(), expected.len()));
    }
    for event in expected {
        let wanted = stored_form(event);
        if !stored.iter().any(|stored| holds(stored, &wanted)) {
            found.push(format!("nothing is stored like {wanted}, only {}", json!(stored)));
        }
    }
    found
}

/// What is said of an event under the names of what is stored.
fn stored_form(event: &Value) -> Value {
    let mut form = json!({ "event_name": event["event"], "user_id": event["distinct_id"], "properties": {} });
    let names = [
        ("event_id", "event_id"),
        ("timestamp", "timestamp"),
        ("session_id", "session_id"),
        ("ip", "ip_address"),
        ("user_agent", "user_agent"),
    ];
    for (said, stored) in names {
        if !event[said].is_null() {
            form[stored] = event[said].clone();
        }
    }
    for (name, value) in event["properties"].as_object().into_iter().flatten() {
        form["properties"][name] = value.clone();
    }
    for name in ["$set", "$set_once"] {
        if !event[name].is_null() {
            form["properties"][name] = event[name].clone();
        }
    }
    form
}

/// Whether a value is all that is expected; objects may hold more, and null means that nothing is there.
fn holds(value: &Value, expected: &Value) -> bool {
    match expected {
        Value::Object(fields) => fields.iter().all(|(name, expected)| holds(&value[name], expected)),
        _ => value == expected,
    }
}

/// Returns the events that were not there before.
async fn new_events(owner: &Caller, seen: &mut HashSet<String>) -> Vec<Value> {
    let mut new = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = owner.get(&owner.path(&format!("/events?limit=100{cursor}"))).await.expect(200);
        for event in page["items"].as_array().expect("items") {
            if seen.insert(event["event_id"].as_str().expect("an id").to_owned()) {
                new.push(event.clone());
            }
        }
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return new,
        }
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|ending| ending == "json") {
            found.push(path);
        }
    }
    found.sort();
    found
}
