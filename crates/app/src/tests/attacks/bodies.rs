//! Bodies that hold what nobody asks for.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::samples::Description;
use crate::{
    testing::{TestApp, app_tests},
    tests::permissions::{EXPECTED, SENT_BY_KEY, call, fill, without_query},
};

/// What takes fields of any name: properties of events, which are the sender's own, and questions, whose kinds OpenAPI
/// has no words to close; [`an_unknown_field_is_refused_and_changes_nothing`] holds for those too.
const OPEN: [&str; 2] = ["POST /api/v1/events", "POST /api/v1/projects/{project}/insights/run"];

/// Objects that are kept as they are.
const KEPT_AS_THEY_ARE: [&str; 4] = [
    "POST /api/v1/identify.traits",
    "POST /api/v1/identify.set_once",
    "POST /api/v1/projects/{project}/client_configs.config",
    "PATCH /api/v1/projects/{project}/client_configs/{config}.config",
];

// Attack 22: what a request isn't asked for can't be set by it.
#[test]
fn every_body_takes_the_fields_it_names_and_no_other() {
    let description = Description::new();
    let mut open = Vec::new();
    let mut seen = 0;
    for (operation, schema) in description.bodies() {
        seen += 1;
        if !OPEN.contains(&operation.as_str()) {
            find_open(&description, schema, &operation, 8, &mut open);
        }
    }
    open.retain(|place| !KEPT_AS_THEY_ARE.contains(&place.as_str()));
    assert!(seen > 40, "{seen}");
    assert_eq!(open, Vec::<String>::new(), "these need #[serde(deny_unknown_fields)]");
}

fn find_open(description: &Description, schema: &Value, place: &str, depth: usize, open: &mut Vec<String>) {
    let schema = description.resolved(schema);
    if depth == 0 {
        return;
    }
    for word in ["oneOf", "anyOf", "allOf"] {
        for part in schema[word].as_array().into_iter().flatten() {
            find_open(description, part, place, depth - 1, open);
        }
    }
    let is_object = schema["type"] == "object" || schema["properties"].is_object();
    if is_object && schema["additionalProperties"] != false {
        open.push(place.to_owned());
    }
    for (name, part) in schema["properties"].as_object().into_iter().flatten() {
        find_open(description, part, &format!("{place}.{name}"), depth - 1, open);
    }
    if schema["items"].is_object() {
        find_open(description, &schema["items"], &format!("{place}[]"), depth - 1, open);
    }
}

app_tests! {
    // Attack 22: nor in any other way than the document tells.
    async fn an_unknown_field_is_refused_and_changes_nothing(app: TestApp) {
        let app = app.with_events().await;
        let mut owner = app.owner().await;
        let mut wrong = Vec::new();
        let description = Description::new();
        for (operation, body, _) in EXPECTED.iter().filter(|(operation, ..)| description.has_body(without_query(operation))) {
            if SENT_BY_KEY.contains(&without_query(operation)) {
                continue;
            }
            app.clock.advance(TimeDelta::hours(12));
            owner = owner.again().await;
            let (path, body) = fill(&owner, operation, body).await;
            let body: Value = serde_json::from_str(&body).expect("JSON");
            for field in ["is_admin", "is_system_role", "organization_ids", "owner_id", "granted_by", "created_by", "id", "__proto__"] {
                // Where a field is meant it isn't unknown.
                if body.get(field).is_some() {
                    continue;
                }
                let mut more = body.clone();
                more[field] = json!(true);
                let answer = call(&owner, operation, &path, &more.to_string()).await;
                let problem = if answer.status.is_success() { Value::Null } else { answer.json() };
                // An admin of the instance may make others, and says so in this very field.
                let is_meant = field == "is_admin" && operation.contains("/users");
                let is_refused = problem["errors"][0]["code"] == "unknown" && answer.status == 422;
                if !is_refused && !is_meant {
                    wrong.push(format!("{operation} answers {} to {field}: {problem}", answer.status));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
