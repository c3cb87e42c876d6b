//! Who may do what: every operation of the API, for everybody who may call it.

use std::collections::BTreeSet;

use axum::http::Method;
use serde_json::{Value, json};

use crate::{
    Role,
    testing::{Caller, TestApp, app_tests},
};

/// What each operation answers: to nobody, to the owner of another organization, to a viewer, to the owner.
///
/// `{project}` is the owner's, `{key}` one of its keys, `{user}` the owner. `#` is a number that was never used before.
#[rustfmt::skip]
const EXPECTED: &[(&str, &str, [u16; 4])] = &[
    ("GET /api/v1/instance", "", [200, 200, 200, 200]),
    ("POST /api/v1/setup", r#"{"token":"x","email":"eve@example.com","password":"long enough"}"#, [409, 409, 409, 409]),
    ("POST /api/v1/sessions", r#"{"email":"owner@example.com","password":"correct horse battery"}"#, [201, 201, 201, 201]),
    ("DELETE /api/v1/sessions/current", "", [401, 204, 204, 204]),
    ("GET /api/v1/me", "", [401, 200, 200, 200]),
    ("GET /api/v1/me/second_factor", "", [401, 200, 200, 200]),
    ("POST /api/v1/me/second_factor", r#"{"password":"correct horse battery"}"#, [401, 201, 201, 201]),
    ("POST /api/v1/me/second_factor/confirm", r#"{"code":"wrong"}"#, [401, 422, 422, 422]),
    ("POST /api/v1/me/second_factor/recovery_codes", r#"{"password":"correct horse battery","code":"1"}"#, [401, 409, 409, 409]),
    ("DELETE /api/v1/me/second_factor", r#"{"password":"correct horse battery","code":"1"}"#, [401, 409, 409, 409]),
    ("DELETE /api/v1/users/{user}/second_factor", "", [401, 403, 403, 409]),
    ("GET /api/v1/me/identity", "", [401, 200, 200, 200]),
    ("POST /api/v1/me/identity/{provider}", r#"{"next":"/"}"#, [401, 404, 404, 404]),
    ("DELETE /api/v1/me/identity", "", [401, 409, 409, 409]),
    ("GET /api/v1/sign_in/{provider}", "", [404, 404, 404, 404]),
    ("GET /api/v1/sign_in/{provider}/callback", "", [404, 404, 404, 404]),
    ("GET /api/v1/projects", "", [401, 200, 200, 200]),
    ("POST /api/v1/projects", r##"{"name":"Project #"}"##, [401, 201, 403, 201]),
    ("GET /api/v1/projects/{project}", "", [401, 404, 200, 200]),
    ("PATCH /api/v1/projects/{project}", r##"{"name":"Project #"}"##, [401, 404, 403, 200]),
    ("GET /api/v1/projects/{project}/api_keys", "", [401, 404, 200, 200]),
    ("POST /api/v1/projects/{project}/api_keys", r#"{"name":"key"}"#, [401, 404, 403, 201]),
    ("PATCH /api/v1/projects/{project}/api_keys/{key}", r#"{"name":"key"}"#, [401, 404, 403, 200]),
    ("DELETE /api/v1/projects/{project}/api_keys/{key}", "", [401, 404, 403, 204]),
    ("POST /api/v1/events", r#"{"event":"sign up","distinct_id":"u1"}"#, [401, 401, 401, 401]),
    ("GET /api/v1/projects/{project}/events", "", [401, 404, 200, 200]),
    ("GET /api/v1/projects/{project}/catalogue/events", "", [401, 404, 200, 200]),
    ("GET /api/v1/projects/{project}/catalogue/properties", "", [401, 404, 200, 200]),
    ("GET /api/v1/projects/{project}/catalogue/values?property=plan", "", [401, 404, 200, 200]),
    ("POST /api/v1/projects/{project}/insights/run", TRENDS, [401, 404, 200, 200]),
];

const TRENDS: &str = r#"{"kind":"trends","series":[{"measure":{"kind":"count"}}],
    "range":{"kind":"last","count":7,"unit":"day"},"interval":"day"}"#;

#[test]
fn every_operation_has_a_row_and_every_row_an_operation() {
    let document = document();
    let mut operations = BTreeSet::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for method in item.as_object().expect("operations").keys() {
            operations.insert(format!("{} {path}", method.to_uppercase()));
        }
    }
    let rows: BTreeSet<String> = EXPECTED.iter().map(|(operation, _, _)| without_query(operation).to_owned()).collect();
    assert_eq!(rows.len(), EXPECTED.len(), "an operation has two rows");
    let without_row: Vec<_> = operations.difference(&rows).collect();
    let without_operation: Vec<_> = rows.difference(&operations).collect();
    assert!(without_row.is_empty(), "add rows for {without_row:?}: who may call them?");
    assert!(without_operation.is_empty(), "the API has no {without_operation:?}");
}

app_tests! {
    async fn every_operation_allows_whom_it_should(app: TestApp) {
        let app = app.with_events().await;
        let owner = app.owner().await;
        let viewer = app.member(Role::Viewer).await;
        let stranger = app.stranger().await;
        let callers = [("nobody", app.nobody()), ("a stranger", stranger), ("a viewer", viewer), ("the owner", owner.clone())];
        let document = document();
        let mut number = 0;
        let mut wrong = Vec::new();
        for (operation, body, expected) in EXPECTED {
            for ((who, caller), expected) in callers.iter().zip(expected) {
                number += 1;
                let status = call(&owner, caller, operation, body, number).await;
                if status != *expected {
                    wrong.push(format!("{operation} answers {status} to {who}, not {expected}"));
                }
                if !is_documented(&document, operation, status) {
                    wrong.push(format!("{operation} answers {status}, which is not documented"));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

async fn call(owner: &Caller, caller: &Caller, operation: &str, body: &str, number: u32) -> u16 {
    let (method, path) = operation.split_once(' ').expect("a method and a path");
    let mut path =
        path.trim_start_matches("/api/v1").replace("{project}", owner.project()).replace("{provider}", "oidc");
    if path.contains("{user}") {
        let me = owner.get("/me").await.expect(200);
        path = path.replace("{user}", me["user"]["id"].as_str().expect("an id"));
    }
    if path.contains("{key}") {
        let key = owner.post(&owner.path("/api_keys"), json!({ "name": "for one call" })).await.expect(201);
        path = path.replace("{key}", key["id"].as_str().expect("an id"));
    }
    let body = (!body.is_empty()).then(|| serde_json::from_str(&body.replace('#', &number.to_string())).expect("JSON"));
    let method: Method = method.parse().expect("a method");
    caller.again().await.call(method, &path, body).await.status.as_u16()
}

fn without_query(operation: &str) -> &str {
    operation.split('?').next().unwrap_or(operation)
}

fn is_documented(document: &Value, operation: &str, status: u16) -> bool {
    let (method, path) = without_query(operation).split_once(' ').expect("a method and a path");
    let responses = &document["paths"][path][method.to_lowercase()]["responses"];
    let class = format!("{}XX", status / 100);
    !responses[status.to_string()].is_null() || !responses[class].is_null()
}

fn document() -> Value {
    serde_json::to_value(crate::openapi()).expect("a document")
}
