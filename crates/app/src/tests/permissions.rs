//! Who may do what: every operation of the API, for everybody who may call it.

use std::collections::BTreeSet;

use axum::http::Method;
use serde_json::{Value, json};

use crate::{
    Role,
    testing::{Answer, Caller, TestApp, app_tests},
};

/// Who calls each operation, in the order of the columns of [`EXPECTED`].
///
/// The roles are those of members of the owner's organization in its one project; a stranger owns another
/// organization; the super admin looks after the instance and belongs to no organization.
const CALLERS: [&str; 9] =
    ["nobody", "stranger", "viewer", "analyst", "uploader", "editor", "admin", "super admin", "owner"];

/// What each operation answers to each of [`CALLERS`].
///
/// What stands in braces is the owner's: see [`fill`]. `#` is a number that was never used before.
#[rustfmt::skip]
const EXPECTED: &[(&str, &str, [u16; 9])] = &[
    ("GET /api/v1/instance", "", everybody(200)),
    ("POST /api/v1/setup", r#"{"token":"x","email":"eve@example.com","password":"long enough"}"#, everybody(409)),
    ("POST /api/v1/sessions", r#"{"email":"owner@example.com","password":"correct horse battery"}"#, everybody(201)),
    ("DELETE /api/v1/sessions/current", "", signed_in(204)),
    ("GET /api/v1/me", "", signed_in(200)),
    ("GET /api/v1/projects", "", signed_in(200)),
    ("POST /api/v1/projects", r##"{"name":"Project #"}"##, [401, 201, 403, 403, 403, 403, 403, 403, 201]),
    ("GET /api/v1/projects/{project}", "", roles([200, 200, 200, 200, 200])),
    ("PATCH /api/v1/projects/{project}", r##"{"name":"Project #"}"##, roles([403, 403, 403, 403, 200])),
    ("GET /api/v1/projects/{project}/api_keys", "", roles([200, 200, 403, 200, 200])),
    ("POST /api/v1/projects/{project}/api_keys", r#"{"name":"key"}"#, roles([403, 403, 403, 403, 201])),
    ("PATCH /api/v1/projects/{project}/api_keys/{key}", r#"{"name":"key"}"#, roles([403, 403, 403, 403, 200])),
    ("DELETE /api/v1/projects/{project}/api_keys/{key}", "", roles([403, 403, 403, 403, 204])),
    ("POST /api/v1/projects/{project}/api_keys/{key}/rotate", "{}", roles([403, 403, 403, 403, 200])),
    ("DELETE /api/v1/projects/{project}?confirm=x", "", [401, 404, 403, 403, 403, 403, 403, 404, 422]),
    ("GET /api/v1/projects/{project}/members", "", roles([200, 200, 403, 200, 200])),
    ("POST /api/v1/projects/{project}/members", r#"{"email":"uploader@example.com","role":"uploader"}"#,
        roles([403, 403, 403, 403, 201])),
    ("PATCH /api/v1/projects/{project}/members/{user}", r#"{"role":"uploader"}"#, roles([403, 403, 403, 403, 404])),
    ("DELETE /api/v1/projects/{project}/members/{user}", "", roles([403, 403, 403, 403, 404])),
    ("GET /api/v1/projects/{project}/client_configs", "", roles([200, 200, 403, 200, 200])),
    ("POST /api/v1/projects/{project}/client_configs", r##"{"name":"config-#","config":{}}"##,
        roles([403, 403, 403, 403, 201])),
    ("GET /api/v1/projects/{project}/client_configs/{config}", "", roles([200, 200, 403, 200, 200])),
    ("PATCH /api/v1/projects/{project}/client_configs/{config}", r#"{"config":{}}"#, roles([403, 403, 403, 403, 200])),
    ("DELETE /api/v1/projects/{project}/client_configs/{config}", "", roles([403, 403, 403, 403, 204])),
    ("GET /api/v1/client_config", "", everybody(401)),
    ("GET /api/v1/organizations", "", signed_in(200)),
    ("POST /api/v1/organizations", r##"{"name":"Organization #","slug":"organization-#"}"##, signed_in(201)),
    ("GET /api/v1/organizations/{organization}", "", organization(200, 200)),
    ("PATCH /api/v1/organizations/{organization}", r#"{"industry":"finance"}"#, organization(403, 200)),
    ("DELETE /api/v1/organizations/{organization}?confirm=x", "", organization(403, 422)),
    ("POST /api/v1/organizations/{organization}/transfer",
        r#"{"user_id":"01890000-0000-7000-8000-000000000000","password":"x"}"#, organization(403, 403)),
    ("GET /api/v1/organizations/{organization}/members", "", organization(403, 200)),
    ("PATCH /api/v1/organizations/{organization}/members/{user}", r#"{"role":"member"}"#, organization(403, 404)),
    ("DELETE /api/v1/organizations/{organization}/members/{user}", "", organization(403, 404)),
    ("GET /api/v1/organizations/{organization}/invitations", "", organization(403, 200)),
    ("POST /api/v1/organizations/{organization}/invitations", r##"{"email":"guest-#@example.com","role":"member"}"##,
        organization(403, 201)),
    ("DELETE /api/v1/organizations/{organization}/invitations/{invitation}", "", organization(403, 204)),
    ("POST /api/v1/organizations/{organization}/invitations/{invitation}/resend", "{}", organization(403, 200)),
    ("GET /api/v1/invitations/{token}", "", everybody(404)),
    ("POST /api/v1/invitations/{token}/accept", "{}", everybody(404)),
    ("POST /api/v1/events", r#"{"event":"sign up","distinct_id":"u1"}"#, everybody(401)),
    ("GET /api/v1/projects/{project}/events", "", roles([200, 200, 403, 200, 200])),
    ("GET /api/v1/projects/{project}/catalogue/events", "", roles([200, 200, 403, 200, 200])),
    ("GET /api/v1/projects/{project}/catalogue/properties", "", roles([200, 200, 403, 200, 200])),
    ("GET /api/v1/projects/{project}/catalogue/values?property=plan", "", roles([200, 200, 403, 200, 200])),
    ("POST /api/v1/projects/{project}/insights/run", TRENDS, roles([200, 200, 403, 200, 200])),
];

/// The same answer to all.
const fn everybody(status: u16) -> [u16; 9] {
    [status; 9]
}

/// The same answer to all who have signed in.
const fn signed_in(status: u16) -> [u16; 9] {
    let mut all = [status; 9];
    all[0] = 401;
    all
}

/// What belongs to a project: the answers to a viewer, an analyst, an uploader, an editor and an admin, who may do
/// what the owner may. To all others it is not there.
const fn roles([viewer, analyst, uploader, editor, admin]: [u16; 5]) -> [u16; 9] {
    [401, 404, viewer, analyst, uploader, editor, admin, 404, admin]
}

/// What belongs to an organization: the answers to its members, and to its owners and admins.
#[allow(dead_code, reason = "for rows to come")]
const fn organization(member: u16, owner: u16) -> [u16; 9] {
    [401, 404, member, member, member, member, member, 404, owner]
}

/// What is about the instance: the answers to who looks after it, and to all others who have signed in. The owner
/// has claimed the instance, and so looks after it too.
#[allow(dead_code, reason = "for rows to come")]
const fn instance(admin: u16, other: u16) -> [u16; 9] {
    [401, other, other, other, other, other, other, admin, admin]
}

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
        let (owner, callers) = (app.owner().await, everyone(&app).await);
        let document = document();
        let mut number = 0;
        let mut wrong = Vec::new();
        for (operation, body, expected) in EXPECTED {
            for ((who, caller), expected) in callers.iter().zip(expected) {
                number += 1;
                let path = fill(&owner, operation, number).await;
                let status = call(caller, operation, &path, body, number).await.status.as_u16();
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

    // Attack 26: who may not see a thing can't tell whether it is there.
    async fn nothing_of_others_is_confirmed_to_exist(app: TestApp) {
        let app = app.with_events().await;
        let (owner, callers) = (app.owner().await, everyone(&app).await);
        let mut wrong = Vec::new();
        for (operation, body, expected) in EXPECTED.iter().filter(|(operation, ..)| operation.contains('{')) {
            for ((who, caller), expected) in callers.iter().zip(expected) {
                if *expected != 404 {
                    continue;
                }
                let real = fill(&owner, operation, 1).await;
                let there = call(caller, operation, &real, body, 1).await;
                let nowhere = call(caller, operation, &with_random_ids(operation), body, 1).await;
                if without_request_id(&there) != without_request_id(&nowhere) {
                    let (there, nowhere) = (there.text(), nowhere.text());
                    wrong.push(format!("{operation} tells {who} what exists: {there} is not {nowhere}"));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

/// Returns all of [`CALLERS`], signed in.
async fn everyone(app: &TestApp) -> Vec<(&'static str, Caller)> {
    let owner = app.owner().await;
    let callers = [
        app.nobody(),
        app.stranger().await,
        app.member(Role::Viewer).await,
        app.member(Role::Analyst).await,
        app.member(Role::Uploader).await,
        app.member(Role::Editor).await,
        app.member(Role::Admin).await,
        app.super_admin().await,
        owner,
    ];
    CALLERS.into_iter().zip(callers).collect()
}

async fn call(caller: &Caller, operation: &str, path: &str, body: &str, number: u32) -> Answer {
    let (method, _) = operation.split_once(' ').expect("a method and a path");
    let body = (!body.is_empty()).then(|| serde_json::from_str(&body.replace('#', &number.to_string())).expect("JSON"));
    let method: Method = method.parse().expect("a method");
    // What ends a session must not end the one that the next calls use.
    let ends_sessions = ["sessions", "password", "/me"].iter().any(|word| path.contains(word)) && !method.is_safe();
    let caller = if ends_sessions { caller.again().await } else { caller.clone() };
    caller.call(method, path, body).await
}

/// Returns the path of an operation with the owner's ids in it, of things that nobody has used yet.
async fn fill(owner: &Caller, operation: &str, number: u32) -> String {
    let mut path = path_of(operation).replace("{project}", owner.project());
    if path.contains("{key}") {
        let key = owner.post(&owner.path("/api_keys"), json!({ "name": "for one call" })).await.expect(201);
        path = path.replace("{key}", key["id"].as_str().expect("an id"));
    }
    let unique = uuid::Uuid::new_v4().simple();
    if path.contains("{config}") {
        let new = json!({ "name": format!("for-{number}-{unique}"), "config": {} });
        let config = owner.post(&owner.path("/client_configs"), new).await.expect(201);
        path = path.replace("{config}", config["id"].as_str().expect("an id"));
    }
    if path.contains("{organization}") {
        let listed = owner.get("/organizations").await.expect(200);
        path = path.replace("{organization}", listed["items"][0]["id"].as_str().expect("an id"));
    }
    if let Some((before, _)) = path.split_once("/{invitation}") {
        let new = json!({ "email": format!("guest-{unique}@example.com"), "role": "member" });
        let invitation = owner.post(before, new).await.expect(201);
        path = path.replace("{invitation}", invitation["id"].as_str().expect("an id"));
    }
    // Nobody who is there: what happens to members, the tests of members tell.
    path.replace("{user}", "01890000-0000-7000-8000-000000000000").replace("{token}", "guess")
}

/// Returns the path of an operation with ids of nothing.
fn with_random_ids(operation: &str) -> String {
    let mut path = String::new();
    for part in path_of(operation).split('/').skip(1) {
        path.push('/');
        match part.strip_prefix('{').and_then(|part| part.split_once('}')) {
            Some((_, query)) => path.push_str(&format!("{}{query}", uuid::Uuid::new_v4())),
            None => path.push_str(part),
        }
    }
    path
}

fn path_of(operation: &str) -> &str {
    let (_, path) = operation.split_once(' ').expect("a method and a path");
    path.trim_start_matches("/api/v1")
}

/// Returns status and body, the latter without what differs from request to request.
fn without_request_id(answer: &Answer) -> (u16, Value) {
    let mut body = answer.json();
    if let Some(fields) = body.as_object_mut() {
        fields.remove("request_id");
    }
    (answer.status.as_u16(), body)
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
