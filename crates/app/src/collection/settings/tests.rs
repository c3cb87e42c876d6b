//! What a project wants done with its events, and that it is done.

use serde_json::{Value, json};

use crate::testing::{Caller, TestApp, app_tests, request, with_header};

const PATH: &str = "/collection_settings";

async fn change(owner: &Caller, change: Value) -> Value {
    owner.patch(&owner.path(PATH), change).await.expect(200)
}

async fn send(owner: &Caller, key: &str, event: Value) {
    let request = request(axum::http::Method::POST, "/api/v1/events", Some(event));
    owner.app.send(with_header(request, "x-api-key", key)).await.expect(200);
}

app_tests! {
    async fn settings_are_kept_and_cleaned(app: TestApp) {
        let owner = app.owner().await;
        let usual = owner.get(&owner.path(PATH)).await.expect(200);
        assert_eq!((&usual["addresses"], &usual["events_per_minute"]), (&json!("keep"), &Value::Null));
        let changed = change(&owner, json!({
            "addresses": "anonymise",
            "internal_networks": ["10.1.2.3/8", "192.0.2.7", "10.0.0.0/8"],
            "internal_hosts": ["LocalHost", "*.Staging.example"],
            "internal_user_ids": ["*@radix-int.com"],
            "events_per_minute": 600,
        })).await;
        assert_eq!(changed["internal_networks"], json!(["10.0.0.0/8", "192.0.2.7/32"]));
        assert_eq!(changed["internal_hosts"], json!(["localhost", "*.staging.example"]));
        let changed = change(&owner, json!({ "events_per_minute": null })).await;
        assert_eq!((&changed["events_per_minute"], &changed["addresses"]), (&Value::Null, &json!("anonymise")));
        assert_eq!(owner.get(&owner.path(PATH)).await.expect(200), changed);
    }

    async fn what_can_not_be_is_told_by_field(app: TestApp) {
        let owner = app.owner().await;
        let cases = [
            (json!({ "internal_networks": ["10.0.0.0/8", "ten"] }), "internal_networks.1"),
            (json!({ "internal_hosts": ["*"] }), "internal_hosts.0"),
            (json!({ "internal_hosts": ["a b"] }), "internal_hosts.0"),
            (json!({ "internal_user_ids": ["a*b"] }), "internal_user_ids.0"),
            (json!({ "internal_user_ids": vec!["x"; 101] }), "internal_user_ids"),
            (json!({ "events_per_month": 0 }), "events_per_month"),
        ];
        for (wrong, field) in cases {
            let answer = owner.patch(&owner.path(PATH), wrong.clone()).await;
            let problem = answer.expect_problem(422, "invalid");
            assert_eq!(problem["errors"][0]["field"], field, "{wrong}");
        }
    }
}
