//! Who may do what: every operation of the API, for everybody who may call it.

use std::{
    collections::BTreeSet,
    sync::atomic::{AtomicU32, Ordering},
};

use axum::http::Method;
use serde_json::{Value, json};

use crate::{
    Role,
    testing::{Answer, Caller, TestApp, app_tests, request, with_header},
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
pub(super) const EXPECTED: &[(&str, &str, [u16; 9])] = &[
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
    ("GET /api/v1/projects/{project}/person_merges", "", roles([200, 200, 403, 200, 200])),
    ("POST /api/v1/projects/{project}/person_merges/{merge}/undo", "", roles([403, 403, 403, 403, 404])),
    ("GET /api/v1/projects/{project}/collection_settings", "", roles([200, 200, 200, 200, 200])),
    ("PATCH /api/v1/projects/{project}/collection_settings", r#"{"addresses":"anonymise"}"#,
        roles([403, 403, 403, 403, 200])),
    ("GET /api/v1/projects/{project}/rejected_events", "", roles([200, 200, 403, 200, 200])),
    ("GET /api/v1/projects/{project}/rejected_events/summary", "", roles([200, 200, 403, 200, 200])),
    ("GET /api/v1/projects/{project}/rejected_events/{rejected_event}", "", roles([200, 200, 403, 200, 200])),
    ("POST /api/v1/projects/{project}/rejected_events/replay", r#"{"filter":{"event":"none"}}"#,
        roles([403, 403, 403, 403, 200])),
    ("DELETE /api/v1/projects/{project}/rejected_events?event=none", "", roles([403, 403, 403, 403, 200])),
    ("DELETE /api/v1/projects/{project}/rejected_events/{rejected_event}", "", roles([403, 403, 403, 403, 204])),
    ("GET /api/v1/projects/{project}/ingestion_warnings", "", roles([200, 200, 403, 200, 200])),
    ("GET /api/v1/projects/{project}/ingestion_health", "", roles([200, 200, 403, 200, 200])),
    ("GET /api/v1/projects/{project}/client_configs", "", roles([200, 200, 403, 200, 200])),
    ("POST /api/v1/projects/{project}/client_configs", r##"{"name":"config-#","config":{}}"##,
        roles([403, 403, 403, 403, 201])),
    ("GET /api/v1/projects/{project}/client_configs/{config}", "", roles([200, 200, 403, 200, 200])),
    ("PATCH /api/v1/projects/{project}/client_configs/{config}", r#"{"config":{}}"#, roles([403, 403, 403, 403, 200])),
    ("DELETE /api/v1/projects/{project}/client_configs/{config}", "", roles([403, 403, 403, 403, 204])),
    ("GET /api/v1/client_config", "", everybody(401)),
    ("GET /api/v1/instance/organizations", "", instance(200, 403)),
    ("GET /api/v1/organizations", "", signed_in(200)),
    ("POST /api/v1/organizations", r##"{"name":"Organization #","slug":"organization-#"}"##, signed_in(201)),
    ("GET /api/v1/organizations/{organization}", "", organization(200, 200)),
    ("PATCH /api/v1/organizations/{organization}", r#"{"industry":"finance"}"#, organization(403, 200)),
    ("DELETE /api/v1/organizations/{organization}?confirm=x", "", organization(403, 422)),
    ("POST /api/v1/organizations/{organization}/transfer",
        r#"{"user_id":"01890000-0000-7000-8000-000000000000","password":"x"}"#, organization(403, 422)),
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
    ("POST /api/v1/identify", r#"{"distinct_id":"u1"}"#, everybody(401)),
    ("POST /api/v1/alias", r#"{"distinct_id":"u1","alias":"u2"}"#, everybody(401)),
    ("GET /api/v1/projects/{project}/events", "", roles([200, 200, 403, 200, 200])),
    ("GET /api/v1/projects/{project}/catalogue/events", "", roles([200, 200, 403, 200, 200])),
    ("GET /api/v1/projects/{project}/catalogue/properties", "", roles([200, 200, 403, 200, 200])),
    ("PATCH /api/v1/projects/{project}/catalogue/events?name=sign%20up", r#"{"is_hidden":true}"#,
        roles([403, 403, 403, 403, 200])),
    ("PATCH /api/v1/projects/{project}/catalogue/properties?name=plan", r#"{"is_hidden":true}"#,
        roles([403, 403, 403, 403, 200])),
    ("GET /api/v1/projects/{project}/catalogue/values?property=plan", "", roles([200, 200, 403, 200, 200])),
    ("POST /api/v1/projects/{project}/insights/run", TRENDS, roles([200, 200, 403, 200, 200])),
    ("GET /api/v1/projects/{project}/insights/online", "", roles([200, 200, 403, 200, 200])),
    ("POST /api/v1/sessions/refresh", r#"{"refresh_token":"x"}"#, everybody(401)),
    ("GET /api/v1/sessions", "", signed_in(200)),
    ("DELETE /api/v1/sessions", "", signed_in(204)),
    ("DELETE /api/v1/sessions/{session}", "", [401, 404, 404, 404, 404, 404, 404, 404, 204]),
    ("POST /api/v1/accounts", r##"{"email":"new#@radix-int.com"}"##, everybody(202)),
    ("POST /api/v1/accounts/verification", r#"{"token":"x"}"#, everybody(403)),
    ("POST /api/v1/accounts/verification/resend", r##"{"email":"new#@radix-int.com"}"##, everybody(202)),
    ("POST /api/v1/password_resets", r##"{"email":"new#@radix-int.com"}"##, everybody(202)),
    ("POST /api/v1/password_resets/open", r#"{"token":"x"}"#, everybody(403)),
    ("POST /api/v1/password_resets/confirm", r#"{"token":"x","password":"correct horse battery"}"#, everybody(403)),
    ("POST /api/v1/me/password", r#"{"current_password":"wrong","new_password":"correct horse battery"}"#, signed_in(422)),
    ("POST /api/v1/me/email", r#"{"email":"x@radix-int.com","password":"wrong"}"#, signed_in(422)),
    ("DELETE /api/v1/me/email", "", signed_in(204)),
    ("POST /api/v1/me/deactivation", r#"{"password":"wrong"}"#, signed_in(422)),
    ("GET /api/v1/me/profile", "", signed_in(200)),
    ("PATCH /api/v1/me/profile", r#"{"first_name":"Ada"}"#, signed_in(200)),
    ("PUT /api/v1/me/avatar", r#""no picture""#, signed_in(422)),
    ("DELETE /api/v1/me/avatar", "", signed_in(204)),
    ("GET /api/v1/avatars/{avatar}", "", signed_in(404)),
    ("GET /api/v1/me/preferences", "", signed_in(200)),
    ("PUT /api/v1/me/preferences/{preference}", r#"{"value":1}"#, signed_in(200)),
    ("GET /api/v1/me/preferences/{preference}", "", signed_in(200)),
    ("DELETE /api/v1/me/preferences/{preference}", "", signed_in(204)),
    ("GET /api/v1/users", "", instance(200, 403)),
    ("POST /api/v1/users", r##"{"email":"user#@example.com"}"##, instance(201, 403)),
    ("GET /api/v1/users/{user}", "", instance(200, 403)),
    ("PATCH /api/v1/users/{user}", r#"{"is_active":false}"#, instance(200, 403)),
    ("DELETE /api/v1/users/{user}/sessions", "", instance(204, 403)),
    ("DELETE /api/v1/users/{user}/second_factor", "", instance(204, 403)),
    ("GET /api/v1/me/proof", "", signed_in(200)),
    ("POST /api/v1/me/proof", r#"{"password":"correct horse battery"}"#, signed_in(200)),
    ("POST /api/v1/me/proof/provider", r#"{"next":"/"}"#, signed_in(409)),
    ("GET /api/v1/me/second_factor", "", signed_in(200)),
    ("POST /api/v1/me/second_factor", r#"{"password":"correct horse battery"}"#, signed_in(201)),
    ("POST /api/v1/me/second_factor/confirm", r#"{"code":"wrong"}"#, signed_in(422)),
    ("POST /api/v1/me/second_factor/recovery_codes", r#"{"password":"correct horse battery","code":"1"}"#, signed_in(409)),
    ("DELETE /api/v1/me/second_factor", r#"{"password":"correct horse battery","code":"1"}"#, signed_in(409)),
    ("GET /api/v1/me/identity", "", signed_in(200)),
    ("POST /api/v1/me/identity/{provider}", r#"{"next":"/"}"#, signed_in(404)),
    ("DELETE /api/v1/me/identity", "", signed_in(409)),
    ("GET /api/v1/sign_in/{provider}", "", everybody(404)),
    ("GET /api/v1/sign_in/{provider}/callback", "", everybody(404)),
    ("GET /api/v1/permissions", "", signed_in(200)),
    ("GET /api/v1/organizations/{organization}/roles", "", organization(200, 200)),
    ("POST /api/v1/organizations/{organization}/roles", r##"{"name":"Role #"}"##, organization(403, 201)),
    ("GET /api/v1/organizations/{organization}/roles/{role}", "", organization(200, 200)),
    ("PATCH /api/v1/organizations/{organization}/roles/{role}", r#"{"is_active":false}"#, organization(403, 200)),
    ("DELETE /api/v1/organizations/{organization}/roles/{role}", "", organization(403, 204)),
    ("GET /api/v1/organizations/{organization}/role_assignments", "", organization(403, 200)),
    ("POST /api/v1/organizations/{organization}/role_assignments", r#"{"user_id":"{owner}","role_id":"{role}"}"#, organization(403, 201)),
    ("DELETE /api/v1/organizations/{organization}/role_assignments/{assignment}", "", organization(403, 204)),
    ("GET /api/v1/organizations/{organization}/principals", "", organization(200, 200)),
    ("GET /api/v1/projects/{project}/folders", "", roles([200, 200, 200, 200, 200])),
    ("POST /api/v1/projects/{project}/folders", r##"{"name":"Folder #"}"##, roles([403, 403, 403, 201, 201])),
    ("GET /api/v1/projects/{project}/folders/{folder}", "", roles([200, 200, 404, 200, 200])),
    ("PATCH /api/v1/projects/{project}/folders/{folder}", r##"{"name":"Renamed #"}"##, roles([403, 403, 404, 200, 200])),
    ("DELETE /api/v1/projects/{project}/folders/{folder}", "", roles([403, 403, 404, 204, 204])),
    ("GET /api/v1/projects/{project}/grants/{resource_type}/{resource_id}", "", roles([403, 403, 404, 200, 200])),
    ("PUT /api/v1/projects/{project}/grants/{resource_type}/{resource_id}", GRANT, roles([403, 403, 404, 200, 200])),
    ("DELETE /api/v1/projects/{project}/grants/{resource_type}/{resource_id}?principal_type=role&principal_id=0000401e-0000-8000-8000-000000000002", "", roles([403, 403, 404, 204, 204])),
    ("GET /api/v1/projects/{project}/access/explain?action=view&resource=events", "", roles([200, 200, 200, 200, 200])),
    ("GET /api/v1/settings/public", "", everybody(200)),
    ("GET /api/v1/settings", "", instance(200, 403)),
    ("GET /api/v1/settings/{key}", "", instance(200, 403)),
    ("PATCH /api/v1/settings/{key}", r#"{"value":45}"#, instance(200, 403)),
    ("DELETE /api/v1/settings/{key}", "", instance(200, 403)),
    ("GET /api/v1/system_logs", "", instance(200, 403)),
    ("GET /api/v1/system_logs/components", "", instance(200, 403)),
    ("GET /api/v1/activity", "", instance(200, 403)),
    ("GET /api/v1/me/activity", "", signed_in(200)),
    ("GET /api/v1/audit_logs", "", instance(200, 403)),
    ("GET /api/v1/audit_logs/export?format=csv", "", instance(200, 403)),
    ("GET /api/v1/audit_logs/actions", "", instance(200, 403)),
    ("GET /api/v1/organizations/{organization}/audit_logs", "", organization(403, 200)),
    ("GET /api/v1/organizations/{organization}/audit_logs/export?format=ndjson", "", organization(403, 200)),
    ("GET /api/v1/organizations/{organization}/audit_logs/actions", "", organization(403, 200)),
];

/// Ends all sessions of who calls it.
pub(super) const EVERYWHERE: &str = "DELETE /api/v1/sessions";

/// What programs and other people's pages send: a key decides, and each event gets a verdict.
pub(super) const SENT_BY_KEY: [&str; 3] = ["POST /api/v1/events", "POST /api/v1/identify", "POST /api/v1/alias"];

/// A grant to all viewers.
const GRANT: &str =
    r#"{"principal_type":"role","principal_id":"0000401e-0000-8000-8000-000000000002","permission_type":"view"}"#;

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
const fn organization(member: u16, owner: u16) -> [u16; 9] {
    [401, 404, member, member, member, member, member, 404, owner]
}

/// What is about the instance: the answers to who looks after it, and to all others who have signed in. The owner
/// has claimed the instance, and so looks after it too.
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
        let (mut owner, mut callers) = (app.owner().await, everyone(&app).await);
        let document = document();
        let mut wrong = Vec::new();
        for (operation, body, expected) in EXPECTED {
            for ((who, caller), expected) in callers.iter().zip(expected) {
                let (path, body) = fill(&owner, operation, body).await;
                let status = call(caller, operation, &path, &body).await.status.as_u16();
                if status != *expected {
                    wrong.push(format!("{operation} answers {status} to {who}, not {expected}"));
                }
                if !is_documented(&document, operation, status) {
                    wrong.push(format!("{operation} answers {status}, which is not documented"));
                }
            }
            if *operation == EVERYWHERE {
                owner = owner.again().await;
                for (_, caller) in &mut callers {
                    *caller = caller.again().await;
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
                let (real, body) = fill(&owner, operation, body).await;
                let there = call(caller, operation, &real, &body).await;
                let nowhere = call(caller, operation, &with_random_ids(operation), &body).await;
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

pub(super) async fn call(caller: &Caller, operation: &str, path: &str, body: &str) -> Answer {
    let (method, _) = operation.split_once(' ').expect("a method and a path");
    let body = (!body.is_empty()).then(|| serde_json::from_str(body).expect("JSON"));
    let method: Method = method.parse().expect("a method");
    // What ends a session must not end the one that the next calls use.
    let ends_sessions = ["sessions", "password", "/me"].iter().any(|word| path.contains(word)) && !method.is_safe();
    let caller = if ends_sessions { caller.again().await } else { caller.clone() };
    caller.call(method, path, body).await
}

/// Returns path and body of an operation with the owner's ids in them, of things that nobody has used yet.
pub(super) async fn fill(owner: &Caller, operation: &str, body: &str) -> (String, String) {
    static NUMBER: AtomicU32 = AtomicU32::new(1);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed).to_string();
    let mut path = path_of(operation).replace("{project}", owner.project());
    let mut body = body.replace('#', &number);
    let me = owner.get("/me").await.expect(200);
    let organization = owner.get(&owner.path("")).await.expect(200)["organization_id"].clone();
    let mut put = |name: &str, id: &Value| {
        let id = id.as_str().unwrap_or_else(|| panic!("{name} of {operation} is {id}"));
        (path, body) = (path.replace(name, id), body.replace(name, id));
    };
    put("{organization}", &organization);
    put("{owner}", &me["user"]["id"]);
    let wants = |name: &str| operation.contains(name);
    let of_organization = |part: &str| format!("/organizations/{}/{part}", organization.as_str().unwrap_or_default());
    let fixed = [("{token}", json!("guess")), ("{preference}", json!("home")), ("{provider}", json!("oidc"))];
    fixed.iter().for_each(|(name, value)| put(name, value));
    put("{avatar}", &json!(uuid::Uuid::new_v4()));
    // Nobody was merged: whoever may undo a merge is told that there is none.
    put("{merge}", &json!(uuid::Uuid::new_v4()));
    if wants("/settings/{key}") {
        put("{key}", &json!("query_timeout_seconds"));
    }
    if wants("{session}") {
        let sessions = owner.again().await.get("/sessions").await.expect(200);
        let current = sessions["items"].as_array().expect("items").iter().find(|session| session["current"] == true);
        put("{session}", &current.expect("the one that asks")["id"]);
    }
    let named = json!({ "name": format!("For call {number}") });
    let addressed = json!({ "email": format!("for-call-{number}@example.com") });
    let things = [
        ("{user}", "/users".to_owned(), addressed.clone()),
        ("{config}", owner.path("/client_configs"), json!({ "name": format!("for-call-{number}"), "config": {} })),
        ("{invitation}", of_organization("invitations"), json!({ "email": addressed["email"], "role": "member" })),
        ("/api_keys/{key}", owner.path("/api_keys"), named.clone()),
        ("{role}", of_organization("roles"), named),
    ];
    for (name, path, new) in things {
        if wants(name) || (name == "{role}" && wants("/role_assignments")) {
            put(name.trim_start_matches("/api_keys/"), &made(owner, &path, new).await);
        }
    }
    if wants("{rejected_event}") {
        put("{rejected_event}", &json!(rejected_event(owner).await));
    }
    if wants("{assignment}") {
        let role = made(owner, &of_organization("roles"), json!({ "name": format!("To give {number}") })).await;
        let new = json!({ "user_id": me["user"]["id"], "role_id": role });
        put("{assignment}", &made(owner, &of_organization("role_assignments"), new).await);
    }
    if wants("{folder}") || wants("{resource_id}") {
        let folder = folder(owner, operation, &number).await;
        put("{folder}", &folder);
        put("{resource_id}", &folder);
        put("{resource_type}", &json!("folder"));
    }
    (path, body)
}

/// Makes something, and returns its id.
async fn made(owner: &Caller, path: &str, new: Value) -> Value {
    owner.post(path, new).await.expect(201)["id"].clone()
}

/// Sends an event that is refused, and returns its id.
pub(super) async fn rejected_event(owner: &Caller) -> String {
    let id = uuid::Uuid::new_v4().to_string();
    let event = request(Method::POST, "/api/v1/events?wait=stored", Some(json!({ "event": "bad", "event_id": id })));
    owner.app.send(with_header(event, "x-api-key", &owner.key().await)).await.expect(200);
    id
}

/// Makes a folder, with a grant on it where an operation takes one away, and returns its id.
async fn folder(owner: &Caller, operation: &str, number: &str) -> Value {
    let new = json!({ "name": format!("For call {number}") });
    let folder = owner.post(&owner.path("/folders"), new).await.expect(201);
    if operation.starts_with("DELETE") {
        let grants = owner.path(&format!("/grants/folder/{}", folder["id"].as_str().expect("an id")));
        owner.call(Method::PUT, &grants, serde_json::from_str(GRANT).ok()).await.expect(200);
    }
    folder["id"].clone()
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

pub(super) fn without_query(operation: &str) -> &str {
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
