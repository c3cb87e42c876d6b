//! What can be edited has a version, and nobody overwrites what they have not seen.

use axum::http::{Method, Request};
use serde_json::{Value, json};

use super::permissions::{EXPECTED, fill, without_query};
use crate::{
    Role,
    testing::{Answer, Caller, TestApp, app_tests, id_of, organization, request, with_header},
};

/// Edits that are sent as files, and what such a file is.
const PICTURE: (&str, &[u8]) =
    ("PUT /api/v1/me/avatar", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x40\0\0\0\x40\x08\x06\0\0\0\0\0\0\0");

/// Returns the operations that edit something: who calls them says what it is to be from now on.
fn edits() -> impl Iterator<Item = (&'static str, &'static str)> {
    let edits = |operation: &str| operation.starts_with("PATCH ") || operation.starts_with("PUT ");
    EXPECTED.iter().filter(move |(operation, ..)| edits(operation)).map(|(operation, body, _)| (*operation, *body))
}

fn edit(operation: &str, path: &str, body: &str, if_match: Option<&str>) -> Request<axum::body::Body> {
    let (method, _) = operation.split_once(' ').expect("a method and a path");
    let path = format!("/api/v1{path}");
    let edit = if operation == PICTURE.0 {
        let request = Request::builder().method(Method::PUT).uri(path).header("content-type", "image/png");
        request.body(PICTURE.1.into()).expect("a request")
    } else {
        request(method.parse().expect("a method"), &path, Some(serde_json::from_str(body).expect("JSON")))
    };
    match if_match {
        Some(tag) => with_header(edit, "if-match", tag),
        None => edit,
    }
}

/// Returns path and body of an edit that goes through, with what it needs made before.
async fn prepared(owner: &Caller, operation: &str, body: &str) -> (String, String) {
    let (mut path, body) = fill(owner, operation, body).await;
    let other = format!("{}@example.com", uuid::Uuid::new_v4().simple());
    if operation.contains("/members/{user}") {
        let user = owner.app.create_user(&other, false).await;
        let project = owner.project().parse().expect("an id");
        crate::tenancy::testing::add_member(&owner.app.app, project, user, Role::Viewer).await;
        let (front, _) = path.rsplit_once('/').expect("a path with an id");
        path = format!("{front}/{}", user.0);
    }
    (path, body)
}

/// Returns the tag of an answer, which its body tells too.
fn tag(answer: &Answer) -> String {
    let tag = answer.header("etag").expect("an ETag").to_owned();
    assert_eq!(tag, format!("\"{}\"", answer.json()["version"].as_str().expect("a version")));
    tag
}

#[test]
fn every_edit_is_described_with_if_match_and_answers_with_a_version() {
    let document = serde_json::to_value(crate::openapi()).expect("a document");
    let mut wrong = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            if !["patch", "put"].contains(&method.as_str()) {
                continue;
            }
            let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
            if !parameters
                .iter()
                .any(|one| one["name"] == "If-Match" && one["in"] == "header" && one["required"] == false)
            {
                wrong.push(format!("{method} {path} does not take If-Match"));
            }
            let answer = &operation["responses"]["200"]["content"]["application/json"]["schema"];
            let name = answer["$ref"].as_str().and_then(|name| name.rsplit('/').next()).unwrap_or_default();
            let schema = document["components"]["schemas"][name].to_string();
            if !schema.contains("\"version\"") {
                wrong.push(format!("{method} {path} answers without a version"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

app_tests! {
    async fn every_edit_is_for_the_version_it_names(app: TestApp) {
        let app = app.with_events().await;
        let owner = app.owner().await;
        let mut wrong = Vec::new();
        for (operation, body) in edits() {
            let name = without_query(operation);
            let (path, body) = prepared(&owner, operation, body).await;
            let send = async |if_match: Option<&str>| owner.send(edit(operation, &path, &body, if_match)).await;
            let stale = send(Some("\"another-version\"")).await;
            if stale.status != 412 || stale.json()["code"] != "changed_meanwhile" {
                wrong.push(format!("{name} answers {} to a stale version", stale.status));
                continue;
            }
            let malformed = send(Some("no quotes")).await.status;
            let first = send(None).await;
            if malformed != 400 || !first.status.is_success() {
                wrong.push(format!("{name} answers {malformed} to no version and {} without one", first.status));
                continue;
            }
            let again = send(Some(&tag(&first))).await;
            let any = send(Some("*")).await;
            if !again.status.is_success() || !any.status.is_success() {
                wrong.push(format!("{name} answers {} to its own version, {} to any", again.status, any.status));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    async fn of_two_edits_of_one_version_the_second_is_told_of_the_first(app: TestApp) {
        let (owner, ada) = (app.owner().await, app.colleague("ada").await);
        let path = organization(&owner).await;
        owner.patch(&format!("{path}/members/{}", id_of(&ada).await), json!({ "role": "admin" })).await.expect(200);
        let new = json!({ "name": "Support", "permissions": [{ "resource": "events", "action": "view" }] });
        let role = owner.post(&format!("{path}/roles"), new).await.expect(201);
        let path = format!("{path}/roles/{}", role["id"].as_str().expect("an id"));
        let seen_by_both = tag(&ada.get(&path).await);
        let change = async |by: &Caller, body: Value, version: &str| {
            by.send(with_header(request(Method::PATCH, &format!("/api/v1{path}"), Some(body)), "if-match", version)).await
        };
        let first = change(&ada, json!({ "description": "Answers customers" }), &seen_by_both).await;
        first.expect(200);

        let second = change(&owner, json!({ "is_active": false }), &seen_by_both).await;

        let problem = second.expect_problem(412, "changed_meanwhile");
        let last = &problem["changed"]["changes"][0];
        assert_eq!((&last["by"], &last["action"], &last["fields"]), (&json!("Test Person"), &json!("role.update"), &json!(["description"])));
        assert_eq!(last["at"].as_str().map(|at| &at[..10]), Some("2026-03-02"));
        let unchanged = owner.get(&path).await;
        assert_eq!((&unchanged.json()["is_active"], &unchanged.json()["description"]), (&json!(true), &json!("Answers customers")));
        // With the version it has now, which the refusal tells too, it goes through.
        let now = tag(&unchanged);
        assert_eq!(now, format!("\"{}\"", problem["changed"]["version"].as_str().expect("a version")));
        assert_eq!(now, tag(&first));
        change(&owner, json!({ "is_active": false }), &now).await.expect(200);
        // Who sends none is asked for none.
        owner.patch(&path, json!({ "description": "Programs do so" })).await.expect(200);
    }

    async fn of_edits_at_once_one_goes_through(app: TestApp) {
        let owner = app.owner().await;
        let version = tag(&owner.get(&owner.path("")).await);
        let edit = |number: usize| {
            let body = json!({ "description": format!("Number {number}") });
            let path = format!("/api/v1{}", owner.path(""));
            let (owner, version) = (owner.clone(), version.clone());
            async move { owner.send(with_header(request(Method::PATCH, &path, Some(body)), "if-match", &version)).await.status.as_u16() }
        };
        let mut answers = futures::future::join_all((0..6).map(edit)).await;
        answers.sort_unstable();
        assert_eq!(answers, [200, 412, 412, 412, 412, 412]);
        // Of settings that are kept together a refusal names the single one.
        owner.patch(&owner.path(""), json!({ "currency": "CHF" })).await.expect(200);
        let late = request(Method::PATCH, &format!("/api/v1{}", owner.path("")), Some(json!({ "name": "Late" })));
        let problem = owner.send(with_header(late, "if-match", &version)).await.expect_problem(412, "changed_meanwhile");
        assert_eq!(problem["changed"]["changes"][0]["fields"], json!(["currency"]));
    }

    async fn lists_tell_the_version_of_each(app: TestApp) {
        let owner = app.owner().await;
        app.member(Role::Viewer).await;
        owner.key().await;
        owner.post(&owner.path("/client_configs"), json!({ "name": "default", "config": {} })).await.expect(201);
        owner.post(&owner.path("/folders"), json!({ "name": "Growth" })).await.expect(201);
        owner.put("/me/preferences/home", json!({ "value": 1 })).await.expect(200);
        let organization = organization(&owner).await;
        let lists = [
            "/projects".to_owned(), "/organizations".to_owned(), "/users".to_owned(), "/settings".to_owned(), "/me/preferences".to_owned(),
            owner.path("/api_keys"), owner.path("/client_configs"), owner.path("/folders"), owner.path("/members"),
            format!("{organization}/members"), format!("{organization}/roles"),
        ];
        for list in lists {
            let items = owner.get(&list).await.expect(200)["items"].as_array().cloned().expect("items");
            assert!(!items.is_empty() && items.iter().all(|item| item["version"].is_string()), "{list}: {items:?}");
        }
        for one in [owner.path(""), organization.clone(), "/me/profile".to_owned(), "/me/preferences/home".to_owned(), owner.path("/collection_settings"), "/settings/instance_name".to_owned(), format!("/users/{}", id_of(&owner).await)] {
            tag(&owner.get(&one).await);
        }
    }

    // Whoever else changes an account looks after the instance, and is not for its owner to know.
    async fn an_account_is_told_of_its_own_changes_alone(app: TestApp) {
        let (owner, ada) = (app.owner().await, app.colleague("ada").await);
        let seen = tag(&ada.get("/me/profile").await);
        owner.patch(&format!("/users/{}", id_of(&ada).await), json!({ "first_name": "Augusta" })).await.expect(200);
        let mine = request(Method::PATCH, "/api/v1/me/profile", Some(json!({ "last_name": "Lovelace" })));
        let problem = ada.send(with_header(mine, "if-match", &seen)).await.expect_problem(412, "changed_meanwhile");
        let last = &problem["changed"]["changes"][0];
        assert_eq!((&last["by"], &last["action"], &last["fields"]), (&Value::Null, &json!("user.update"), &json!(["first_name"])));
    }
}
