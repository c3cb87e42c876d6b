//! Values that no field is for, in every body, query and path: refused, and never the server's fault.

use axum::{
    body::Body,
    http::{Method, Request},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::samples::{Description, places, with};
use crate::{
    testing::{Answer, Caller, TestApp, app_tests},
    tests::permissions::{EXPECTED, call, fill, without_query},
};

/// As long as a body may be, more or less.
const LONG: usize = 1_000_000;

/// What is put in place of each value of a body.
fn hostile() -> Vec<Value> {
    vec![
        json!("before\u{0}after"),
        json!("x".repeat(LONG)),
        json!("\u{202e}\u{feff}\u{2028}"),
        json!("'; drop table users; --"),
        json!(""),
        json!({}),
        json!([]),
        json!([["x"]]),
        json!(-1),
        json!(u64::MAX),
        json!(1e300),
        json!(true),
        json!(null),
        json!("-262143-01-01T00:00:00Z"),
        json!("+262142-12-31T23:59:59Z"),
        json!("00000000-0000-0000-0000-000000000000"),
    ]
}

/// Returns a body with a hostile value in each of its places, and with each field it may have besides.
fn spoiled(description: &Description, operation: &str, body: &Value) -> Vec<(String, Value)> {
    let schema = &description.operation(operation)["requestBody"]["content"]["application/json"]["schema"];
    let whole = description.example(schema, 6);
    let mut bases = vec![(String::new(), body.clone())];
    for (name, example) in whole.as_object().into_iter().flatten() {
        if body.get(name).is_none() && body.is_object() {
            let mut base = body.clone();
            base[name] = example.clone();
            bases.push((format!("/{name}"), base));
        }
    }
    let mut all = Vec::new();
    for (new, base) in bases {
        for place in places(&base).into_iter().filter(|place| place.starts_with(&new)) {
            let is_text = base.pointer(&place).is_some_and(Value::is_string);
            for value in hostile() {
                // A long text is refused where there is none; where there is one, its length must be looked at.
                if is_text || value.as_str().is_none_or(|text| text.len() < LONG) {
                    all.push((place.clone(), with(&base, &place, value)));
                }
            }
            if let Some(Value::Object(fields)) = base.pointer(&place) {
                let mut fields = fields.clone();
                fields.insert("before\u{0}after".to_owned(), json!(1));
                all.push((place.clone(), with(&base, &place, fields.into())));
            }
        }
    }
    all
}

/// What is put in place of each parameter of a query.
fn hostile_parameters() -> Vec<String> {
    let id = uuid::Uuid::new_v4();
    let cursors = [
        "null".to_owned(),
        "{}".to_owned(),
        r#""a\u0000b""#.to_owned(),
        "-9223372036854775808".to_owned(),
        "9223372036854775807".to_owned(),
        format!("\"{id}\""),
        format!(r#"["-262143-01-01T00:00:00Z","{id}"]"#),
        format!(r#"["+262142-12-31T23:59:59Z","{id}"]"#),
        format!(r#"{{"received_at":"-262143-01-01T00:00:00Z","event_id":"{id}"}}"#),
        format!(r#"{{"received_at":"+262142-12-31T23:59:59Z","event_id":"{id}"}}"#),
        format!("\"{}\"", "x".repeat(30_000)),
        "[".repeat(10_000),
    ];
    let plain =
        ["%00", "a%00b", "%ff", "-1", "0", "18446744073709551616", "%27%22%3B--", "%5C", "%25", "*", "", "null"];
    let times = ["-262143-01-01T00:00:00Z", "%2B262142-12-31T23:59:59Z", "-9999-01-01T00:00:00Z"];
    let mut all: Vec<String> = plain.iter().chain(&times).map(|text| (*text).to_owned()).collect();
    all.push("x".repeat(60_000));
    all.extend(cursors.map(|cursor| URL_SAFE_NO_PAD.encode(cursor)));
    all
}

/// Says what is wrong with an answer to what is hostile.
fn fault(answer: &Answer) -> Option<String> {
    let status = answer.status.as_u16();
    let text: String = answer.text().chars().take(300).collect();
    (status >= 500).then(|| format!("{status} {text}"))
}

/// Nobody reads the code of a second factor where there is none.
fn is_unread(operation: &str, place: &str) -> bool {
    (operation, place) == ("POST /api/v1/sessions", "/code")
}

/// Time enough for every limit to forgive what was tried.
async fn rested(app: &TestApp, owner: &Caller) -> Caller {
    app.clock.advance(TimeDelta::hours(12));
    owner.again().await
}

app_tests! {
    // Attack 10, 12, 14, 24: what no field is for is refused by name, and is never the server's fault.
    async fn no_value_in_a_body_is_the_servers_fault(app: TestApp) {
        let app = app.with_events().await;
        let mut owner = app.owner().await;
        let description = Description::new();
        let (mut wrong, mut tried) = (Vec::new(), 0);
        for (operation, body, _) in EXPECTED.iter().filter(|(operation, ..)| description.has_body(without_query(operation))) {
            owner = rested(&app, &owner).await;
            let (path, body) = fill(&owner, operation, body).await;
            let body: Value = serde_json::from_str(&body).expect("JSON");
            for (place, spoiled) in spoiled(&description, without_query(operation), &body) {
                let is_long = spoiled.pointer(&place).and_then(Value::as_str).is_some_and(|text| text.len() == LONG);
                let spoiled = spoiled.to_string();
                app.clock.advance(TimeDelta::minutes(5));
                let answer = call(&owner, operation, &path, &spoiled).await;
                tried += 1;
                let shown: String = spoiled.chars().take(200).collect();
                if let Some(fault) = fault(&answer) {
                    wrong.push(format!("{operation} at {place:?} with {shown}: {fault}"));
                } else if is_long && !answer.status.is_client_error() && !is_unread(operation, &place) {
                    wrong.push(format!("{operation} takes a megabyte at {place:?}: {}", answer.status));
                }
            }
        }
        // What was taken can be read again.
        owner = rested(&app, &owner).await;
        for (operation, body, _) in EXPECTED.iter().filter(|(operation, ..)| operation.starts_with("GET ")) {
            let (path, body) = fill(&owner, operation, body).await;
            let answer = call(&owner, operation, &path, &body).await;
            wrong.extend(fault(&answer).map(|fault| format!("{operation} afterwards: {fault}")));
        }
        assert!(tried > 1_000, "{tried}");
        assert!(wrong.is_empty(), "{} of {tried}:\n{}", wrong.len(), wrong.join("\n"));
    }

    // Attack 14: a body that would take a deep stack, and one that would take much memory.
    async fn no_shape_of_a_body_is_the_servers_fault(app: TestApp) {
        let app = app.with_events().await;
        let owner = app.owner().await;
        let deep = |open: &str, close: &str| format!("{}1{}", open.repeat(100_000), close.repeat(100_000));
        let wide = format!("{{{}}}", (0..50_000).map(|number| format!("\"{number}\":1")).collect::<Vec<_>>().join(","));
        let shapes =
            [deep("[", "]"), deep("{\"a\":", "}"), wide, "\u{feff}{}".to_owned(), "{\"a\":\"\\ud800\"}".to_owned(), "nul".to_owned()];
        let mut wrong = Vec::new();
        let description = Description::new();
        for (operation, body, _) in EXPECTED.iter().filter(|(operation, ..)| description.has_body(without_query(operation))) {
            let caller = rested(&app, &owner).await;
            let (path, _) = fill(&caller, operation, body).await;
            for shape in &shapes {
                let method: Method = operation.split(' ').next().expect("a method").parse().expect("a method");
                let request = Request::builder().method(method).uri(format!("/api/v1{path}"));
                let request = request.header("content-type", "application/json").body(Body::from(shape.clone()));
                let answer = caller.send(request.expect("a request")).await;
                if !answer.status.is_client_error() {
                    let shown: String = shape.chars().take(20).collect();
                    wrong.push(format!("{operation} answers {} to {shown}", answer.status));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    // Attack 10, 24: nor is any parameter of a query, cursors of nobody among them.
    async fn no_parameter_of_a_query_is_the_servers_fault(app: TestApp) {
        let app = app.with_events().await;
        let mut owner = app.owner().await;
        let description = Description::new();
        let (mut wrong, mut tried) = (Vec::new(), 0);
        for (operation, body, _) in EXPECTED {
            let parameters = description.query_parameters(without_query(operation));
            if parameters.is_empty() {
                continue;
            }
            owner = rested(&app, &owner).await;
            let (path, body) = fill(&owner, operation, body).await;
            let (path, query) = path.split_once('?').unwrap_or((&path, ""));
            for parameter in &parameters {
                let others: Vec<&str> =
                    query.split('&').filter(|pair| !pair.is_empty() && pair.split('=').next() != Some(parameter)).collect();
                for value in hostile_parameters() {
                    let query = [&others[..], &[&format!("{parameter}={value}")]].concat().join("&");
                    app.clock.advance(TimeDelta::minutes(1));
                    let answer = call(&owner, operation, &format!("{path}?{query}"), &body).await;
                    tried += 1;
                    if let Some(fault) = fault(&answer) {
                        let shown: String = query.chars().take(100).collect();
                        wrong.push(format!("{operation} with {shown}: {fault}"));
                    }
                    if *operation == crate::tests::permissions::EVERYWHERE {
                        owner = owner.again().await;
                    }
                }
            }
        }
        assert!(tried > 500, "{tried}");
        assert!(wrong.is_empty(), "{} of {tried}:\n{}", wrong.len(), wrong.join("\n"));
    }

    // Attack 18, 19: nor is any part of a path.
    async fn no_part_of_a_path_is_the_servers_fault(app: TestApp) {
        let app = app.with_events().await;
        let mut owner = app.owner().await;
        let parts = [
            "%00", "a%00b", "%ff", "..%2f..%2f..%2fetc%2fpasswd", "..%252f..%252fetc%252fpasswd", "..%5c..%5cetc", "-1", "%27%22%3B--",
            "null", "undefined", "*", ":project", "00000000-0000-0000-0000-000000000000",
        ];
        let long = "x".repeat(30_000);
        let mut wrong = Vec::new();
        for (operation, body, _) in EXPECTED.iter().filter(|(operation, ..)| operation.contains('{')) {
            owner = rested(&app, &owner).await;
            let (real, body) = fill(&owner, operation, body).await;
            let (_, pattern) = operation.split_once(' ').expect("a method and a path");
            let pattern = pattern.trim_start_matches("/api/v1");
            for (place, name) in pattern.split('/').enumerate().filter(|(_, part)| part.starts_with('{')) {
                for part in parts.iter().copied().chain([long.as_str()]) {
                    let (path, query) = real.split_once('?').unwrap_or((&real, ""));
                    let path: Vec<&str> =
                        path.split('/').enumerate().map(|(at, old)| if at == place { part } else { old }).collect();
                    app.clock.advance(TimeDelta::minutes(1));
                    let answer = call(&owner, operation, &format!("{}?{query}", path.join("/")), &body).await;
                    if let Some(fault) = fault(&answer) {
                        let shown: String = part.chars().take(30).collect();
                        wrong.push(format!("{operation} with {shown} for {name}: {fault}"));
                    }
                    if answer.status.is_success() && name != "{preference}" {
                        wrong.push(format!("{operation} finds something at {part}"));
                    }
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
