//! What came in is counted, once, by what became of it.

use axum::http::Method;
use serde_json::{Value, json};

use crate::testing::{Caller, TestApp, app_tests, request, with_header};

const BOT: &str = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";

async fn send(owner: &Caller, key: &str, events: Value) {
    let request = request(Method::POST, "/api/v1/events?wait=stored", Some(events));
    owner.app.send(with_header(request, "x-api-key", key)).await.expect(200);
}

async fn health(owner: &Caller, query: &str) -> Value {
    owner.get(&owner.path(&format!("/ingestion_health{query}"))).await.expect(200)
}

app_tests! {
    async fn what_came_in_is_counted_by_what_became_of_it(app: TestApp) {
        let app = app.with_events().await;
        let owner = app.owner().await;
        let key = owner.key().await;
        owner.patch(&owner.path("/collection_settings"), json!({ "internal_user_ids": ["*@radix-int.com"] })).await.expect(200);
        let id = "0190163d-8694-739b-aea5-966c26f8ad90";
        let event = json!({ "event": "a", "distinct_id": "u", "event_id": id });
        send(&owner, &key, json!([
            event,
            { "event": "a", "distinct_id": "u", "timestamp": "2026-03-02T09:00:00Z" },
            { "event": "a", "distinct_id": "crawler", "user_agent": BOT },
            { "event": "a", "distinct_id": "ada@radix-int.com" },
            { "distinct_id": "nothing" },
        ])).await;
        send(&owner, &key, json!([event])).await;

        let health = health(&owner, "?to=2026-03-02T13:00:00Z").await;
        let history = &health["history"];
        let wanted = json!({ "people": 2, "bots": 1, "internal": 1, "duplicates": 1, "refused": 1, "late": 1 });
        assert_eq!(history["totals"], wanted, "{health}");
        assert_eq!((&history["interval"], history["stretches"].as_array().map(Vec::len)), (&json!("quarter_hour"), Some(96)));
        let noon = history["stretches"].as_array().expect("stretches").iter().find(|stretch| stretch["people"] == 2);
        assert_eq!(noon.expect("a stretch")["start"], "2026-03-02T12:00:00Z");
        assert!(history["last_received_at"].as_str().expect("a time").starts_with("2026-03-02T12:00:00"));
        assert!(history["lag"]["p50_ms"].is_number(), "{health}");
        assert_eq!((&health["server"]["away_seconds"], &health["server"]["waiting"]), (&Value::Null, &json!(0)));
    }

    async fn longer_times_have_longer_stretches(app: TestApp) {
        let app = app.with_events().await;
        let owner = app.owner().await;
        for (from, interval, count) in [("2026-03-01", "quarter_hour", 96), ("2026-02-23", "hour", 168), ("2026-01-01", "day", 60)] {
            let health = health(&owner, &format!("?from={from}T00:00:00Z&to=2026-03-02T00:00:00Z")).await;
            let history = &health["history"];
            assert_eq!((&history["interval"], history["stretches"].as_array().map(Vec::len)), (&json!(interval), Some(count)));
            assert_eq!((&history["lag"], &history["last_received_at"]), (&Value::Null, &Value::Null));
        }
        let wrong = owner.get(&owner.path("/ingestion_health?from=2026-03-05T00:00:00Z&to=2026-03-02T00:00:00Z")).await;
        assert_eq!(wrong.expect_problem(422, "validation_failed")["errors"][0]["field"], "from");
        let never = owner.get(&owner.path("/ingestion_health?to=-262143-01-01T00:00:00Z")).await;
        assert_eq!(never.expect_problem(422, "validation_failed")["errors"][0]["field"], "to");
    }

    async fn nobody_waits_for_what_is_imported(app: TestApp) {
        let app = app.with_events().await;
        let owner = app.owner().await;
        let key = owner.key().await;
        let event = json!({ "event": "a", "distinct_id": "u" });
        send(&owner, &key, json!({ "batch": [event], "historical": true })).await;
        let imported = health(&owner, "?to=2026-03-02T13:00:00Z").await;
        assert_eq!((&imported["history"]["lag"], &imported["history"]["totals"]["people"]), (&Value::Null, &json!(1)));
        send(&owner, &key, json!([event])).await;
        let both = health(&owner, "?to=2026-03-02T13:00:00Z").await;
        let lag = both["history"]["lag"]["p95_ms"].as_f64().expect("a lag");
        assert!(lag < f64::from(collector::UNTIMED_LAG_MS), "{both}");
    }

    async fn while_the_store_is_away_the_server_says_what_it_knows(app: TestApp) {
        let owner = app.owner().await;
        let health = health(&owner, "").await;
        assert_eq!(health["history"], Value::Null, "{health}");
    }
}
