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
            "ignored_referrers": ["Pay.Example.com", "*.bank.example", "pay.example.com"],
            "events_per_minute": 600,
        })).await;
        assert_eq!(changed["internal_networks"], json!(["10.0.0.0/8", "192.0.2.7/32"]));
        assert_eq!(changed["internal_hosts"], json!(["localhost", "*.staging.example"]));
        assert_eq!(changed["ignored_referrers"], json!(["pay.example.com", "*.bank.example"]));
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
            (json!({ "ignored_referrers": ["https://pay.example.com/x"] }), "ignored_referrers.0"),
            (json!({ "internal_user_ids": vec!["x"; 101] }), "internal_user_ids"),
            (json!({ "events_per_month": 0 }), "events_per_month"),
        ];
        for (wrong, field) in cases {
            let answer = owner.patch(&owner.path(PATH), wrong.clone()).await;
            let problem = answer.expect_problem(422, "validation_failed");
            assert_eq!(problem["errors"][0]["field"], field, "{wrong}");
        }
    }

    async fn addresses_and_internal_traffic_follow_the_settings(app: TestApp) {
        let app = app.with_events().await;
        let owner = app.owner().await;
        let key = owner.key().await;
        change(&owner, json!({ "addresses": "drop", "internal_user_ids": ["*@radix-int.com"] })).await;
        send(&owner, &key, json!({ "event": "a", "distinct_id": "ada@radix-int.com", "ip": "203.0.113.7" })).await;
        let events = owner.get(&owner.path("/events")).await.expect(200);
        assert_eq!(events["items"][0]["ip_address"], "", "{events}");
        assert_eq!(events["items"][0]["user_id"], "ada@radix-int.com");
    }

    async fn ignored_referrers_follow_the_settings(app: TestApp) {
        let app = app.with_events().await;
        let owner = app.owner().await;
        let key = owner.key().await;
        change(&owner, json!({ "ignored_referrers": ["*.bank.example"] })).await;
        let page = json!({ "$current_url": "https://shop.example/thanks", "$referrer": "https://acs.bank.example/3ds" });
        send(&owner, &key, json!({ "event": "$pageview", "distinct_id": "u", "properties": page })).await;
        let events = owner.get(&owner.path("/events")).await.expect(200);
        assert_eq!(events["items"][0]["channel"], "internal", "{events}");
    }

    async fn a_key_that_sends_too_much_is_told_when_to_go_on(app: TestApp) {
        let app = app.with_events().await;
        let owner = app.owner().await;
        let key = owner.key().await;
        change(&owner, json!({ "events_per_minute": 2, "events_per_month": 4 })).await;
        let event = json!({ "event": "a", "distinct_id": "u" });
        let batch = |events: usize| json!(vec![event.clone(); events]);
        let post = async |body: Value| {
            let request = request(axum::http::Method::POST, "/api/v1/events", Some(body));
            owner.app.send(with_header(request, "x-api-key", &key)).await
        };
        post(batch(2)).await.expect(200);
        let answer = post(batch(1)).await;
        assert_eq!(answer.header("retry-after"), Some("30"));
        answer.expect_problem(429, "rate_limited");
        app.clock.advance(chrono::TimeDelta::minutes(2));
        post(batch(2)).await.expect(200);
        app.clock.advance(chrono::TimeDelta::minutes(2));
        post(batch(1)).await.expect_problem(429, "quota_used_up");
        let posthog = json!({ "api_key": key, "batch": [{ "event": "a", "distinct_id": "u" }] });
        let answer = owner.app.send(request(axum::http::Method::POST, "/batch/", Some(posthog))).await;
        assert_eq!(answer.status.as_u16(), 429, "{}", answer.text());
        let second = json!({ "batch": [{ "event": "a", "distinct_id": "u", "uuid": "0190a5f0-0000-7000-8000-000000000000" }] });
        let second = request(axum::http::Method::POST, "/i/v1/analytics/events", Some(second));
        let answer = owner.app.send(with_header(second, "authorization", &format!("Bearer {key}"))).await;
        assert_eq!((answer.status.as_u16(), &answer.json()["error"]), (429, &json!("rate_limited")));
        assert!(answer.header("retry-after").is_some());
    }
}
