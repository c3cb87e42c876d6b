//! Every request of `sdk/spec` is read as its file says.

use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use chrono::{DateTime, Utc};
use collector::wire::segment::pixel;
use collector::wire::{BadRequest, Parsed, Request, native, posthog, posthog_v1, segment};
use serde_json::{Value, json};

/// Reads a request by the parser of its path; none where nothing is taken.
fn parse(fixture: &Value, request: &Request<'_>) -> Option<Result<Parsed, BadRequest>> {
    let path = fixture["request"]["path"].as_str().expect("a sound fixture").trim_end_matches('/');
    let header = |name: &str| fixture["request"]["headers"][name].as_str();
    let native = |call| Some(native::parse(request, call));
    let posthog = |call| Some(posthog::parse(request, call));
    match path {
        "/api/v1/events" => native(native::Call::Event),
        "/api/v1/identify" => native(native::Call::Identify),
        "/api/v1/alias" => native(native::Call::Alias),
        "/e" | "/i/v0/e" | "/capture" | "/track" => posthog(posthog::Call::Capture),
        "/engage" => posthog(posthog::Call::Engage),
        "/batch" | "/i/v0/ai" | "/i/v0/ai/batch" => posthog(posthog::Call::Batch),
        "/i/v1/analytics/events" => {
            let headers = posthog_v1::Headers {
                sdk_info: header("posthog-sdk-info"),
                sent_at: header("posthog-request-timestamp"),
            };
            Some(posthog_v1::parse(request, headers).map(|batch| batch.parsed))
        }
        "/beacon/v1/batch" | "/v1/batch" | "/v1/b" => Some(segment::parse(request, None)),
        "/v1/import" => Some(segment::parse_import(request)),
        _ if path.starts_with("/pixel/v1/") => {
            let body = pixel::body(request);
            Some(segment::parse(&Request { body: &body, ..*request }, segment::Call::named(&path[10..])))
        }
        _ => segment::Call::named(path.strip_prefix("/v1/")?).map(|call| segment::parse(request, Some(call))),
    }
}

#[test]
fn every_request_is_read_as_its_file_says() {
    let files = files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../sdk/spec"));
    assert!(files.len() > 50, "{}", files.len());
    let wrong: Vec<String> =
        files.iter().filter_map(|file| Some(format!("{}: {}", file.display(), check(file)?))).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// Returns what is wrong.
fn check(file: &Path) -> Option<String> {
    let fixture: Value = serde_json::from_slice(&fs::read(file).expect("a sound fixture")).expect("a sound fixture");
    let sent = &fixture["request"];
    let body = match sent["body_base64"].as_str() {
        Some(encoded) => BASE64_STANDARD.decode(encoded).expect("a sound fixture"),
        None => sent["body"].as_str().unwrap_or_default().as_bytes().to_vec(),
    };
    let now: DateTime<Utc> = "2026-03-02T12:00:00Z".parse().expect("a sound fixture");
    let request = Request {
        body: &body,
        content_type: sent["headers"]["content-type"].as_str(),
        content_encoding: sent["headers"]["content-encoding"].as_str(),
        query: sent["query"].as_str().unwrap_or_default(),
        received_at: now,
    };
    let status = fixture["response"]["status"].as_u64().expect("a sound fixture");
    let expected = fixture["events"].as_array().expect("a sound fixture");
    let parsed = match parse(&fixture, &request) {
        Some(Ok(parsed)) => parsed,
        None if expected.is_empty() => return None,
        None => return Some("no parser takes this path".to_owned()),
        Some(Err(bad)) if u64::from(bad.status()) == status => return None,
        // What has no good key is refused before it is read.
        Some(Err(_)) if matches!(status, 401 | 403) => return None,
        Some(Err(bad)) => return Some(format!("{} {bad}", bad.status())),
    };
    if matches!(status, 401 | 403 | 404 | 405) {
        return None;
    }
    let read: Vec<Value> = parsed.events.iter().filter_map(|event| Some(json!(event.as_ref().ok()?))).collect();
    let refused: Vec<_> = parsed.events.iter().filter_map(|event| event.as_ref().err()).collect();
    if read.len() != expected.len() {
        return Some(format!("{} events are read, not {}; refused: {refused:?}", read.len(), expected.len()));
    }
    let differs = expected.iter().zip(&read).find(|(expected, read)| !holds(read, expected));
    differs.map(|(expected, read)| format!("expected {expected}\nbut read {read}"))
}

/// Whether a value is all that is expected; objects may hold more, and null means that nothing is there.
fn holds(value: &Value, expected: &Value) -> bool {
    match expected {
        Value::Object(fields) => fields.iter().all(|(name, expected)| holds(&value[name], expected)),
        _ => value == expected,
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a sound fixture") {
        let path = entry.expect("a sound fixture").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|ending| ending == "json") {
            found.push(path);
        }
    }
    found.sort();
    found
}
