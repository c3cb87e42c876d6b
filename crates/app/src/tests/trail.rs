//! No change without a row in the audit log.

use super::permissions::{EXPECTED, call, fill, without_query};
use crate::testing::{TestApp, app_tests};

/// Operations that change nothing a person would want to find in the log: questions, and what programs send.
const NO_CHANGES: &[&str] = &["POST /api/v1/projects/{project}/insights/run", "POST /api/v1/events"];

app_tests! {
    async fn every_change_leaves_a_row(app: TestApp) {
        let app = app.with_events().await;
        let owner = app.owner().await;
        let mut wrong = Vec::new();
        for (operation, body, _) in EXPECTED {
            let name = without_query(operation);
            if name.starts_with("GET ") || NO_CHANGES.contains(&name) {
                continue;
            }
            // What the call needs, such as a thing to delete, leaves rows too: all that were there before count.
            let (path, body) = fill(&owner, operation, body).await;
            let resource = name.rsplit('/').find(|part| !part.starts_with('{')).unwrap_or_default();
            let before = rows(&app).await;
            let status = call(&owner, operation, &path, &body).await.status;
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

/// Signing in to make the call and making what the call needs leave rows of their own, which prove nothing.
fn is_about(action: &str, resource: &str, operation: &str) -> bool {
    let by_the_way = action.starts_with("session.") && !operation.contains("/sessions");
    let preparation = action == "api_key.create" && resource == "api_keys" && !operation.starts_with("POST ");
    !by_the_way && !preparation
}

/// Returns the actions in the audit log, oldest first.
async fn rows(app: &TestApp) -> Vec<String> {
    let owner = app.owner().await;
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
