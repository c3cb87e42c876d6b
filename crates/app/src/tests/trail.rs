//! No change without a row in the audit log.

use std::time::Duration;

use axum::{
    body::Body,
    http::{Method, Request},
};
use serde_json::json;

use super::permissions::{EVERYWHERE, EXPECTED, SENT_BY_KEY, call, fill, without_query};
use crate::testing::{Caller, PASSWORD, TestApp, app_tests};

/// Operations that change nothing a person would want to find in the log: questions, and what programs send.
fn changes_nothing(operation: &str) -> bool {
    operation == "POST /api/v1/projects/{project}/insights/run" || SENT_BY_KEY.contains(&operation)
}

app_tests! {
    async fn every_change_leaves_a_row(app: TestApp) {
        let app = app.with_events().await;
        let mut owner = app.owner().await;
        let mut wrong = Vec::new();
        for (operation, body, _) in EXPECTED {
            let name = without_query(operation);
            if name.starts_with("GET ") || changes_nothing(name) {
                continue;
            }
            // What the call needs, such as a thing to delete, leaves rows too: all that were there before count.
            let (path, body) = fill(&owner, operation, body).await;
            let body = prepared(&owner, name, body).await;
            let resource = name.rsplit('/').find(|part| !part.starts_with('{')).unwrap_or_default();
            let before = rows(&app).await;
            let status = call(&owner, operation, &path, &body).await.status;
            if *operation == EVERYWHERE {
                owner = owner.again().await;
            }
            if !status.is_success() {
                continue;
            }
            let added: Vec<String> = rows(&app).await.split_off(before.len());
            if !added.iter().any(|action| is_about(action, resource, name)) {
                wrong.push(format!("{name} leaves no row in the audit log, only {added:?}"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

/// Makes what an operation needs to change anything, and returns the body to send.
async fn prepared(owner: &Caller, operation: &str, body: String) -> String {
    match operation {
        "POST /api/v1/accounts/verification/resend" => {
            let new = json!({ "email": "waits@radix-int.com" });
            owner.post("/accounts", new).await.expect(202);
            json!({ "email": "waits@radix-int.com" }).to_string()
        }
        "POST /api/v1/password_resets" => json!({ "email": owner.email }).to_string(),
        "DELETE /api/v1/me/email" => {
            let new = json!({ "email": "other@radix-int.com", "password": PASSWORD });
            owner.post("/me/email", new).await.expect(202);
            body
        }
        "DELETE /api/v1/me/avatar" => {
            // The head of a PNG is all that is looked at.
            let picture = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x40\0\0\0\x40\x08\x06\0\0\0\0\0\0\0";
            let request = Request::builder().method(Method::PUT).uri("/api/v1/me/avatar");
            let request = request.header("content-type", "image/png").body(Body::from(picture.as_slice()));
            owner.send(request.expect("a request")).await.expect(200);
            body
        }
        _ => body,
    }
}

/// Signing in to make the call and making what the call needs leave rows of their own, which prove nothing.
fn is_about(action: &str, resource: &str, operation: &str) -> bool {
    let by_the_way = action.starts_with("session.") && !operation.contains("/sessions");
    let proof = action.starts_with("proof.") && !operation.contains("/proof");
    let preparation = action == "api_key.create" && resource == "api_keys" && !operation.starts_with("POST ");
    !by_the_way && !proof && !preparation
}

/// Returns the actions in the audit log, oldest first.
async fn rows(app: &TestApp) -> Vec<String> {
    let owner = app.owner().await;
    // Some requests are answered before their work is done, so that time tells nothing.
    app.app.mail().settle(Duration::from_secs(10)).await;
    let mut actions = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = owner.get(&format!("/audit_logs?limit=1000{cursor}")).await.expect(200);
        let items = page["items"].as_array().expect("rows").clone();
        actions.extend(items.iter().map(|row| row["action"].as_str().unwrap_or_default().to_owned()));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    actions.reverse();
    actions
}

#[test]
fn no_operation_changes_or_deletes_rows_of_the_audit_log() {
    let document = serde_json::to_value(crate::openapi()).expect("a document");
    let paths = document["paths"].as_object().expect("paths");
    let of_the_log: Vec<_> = paths.iter().filter(|(path, _)| path.contains("audit_logs")).collect();
    assert_eq!(of_the_log.len(), 6);
    for (path, item) in of_the_log {
        let methods: Vec<_> = item.as_object().expect("operations").keys().collect();
        assert_eq!(methods, ["get"], "{path}");
    }
}
