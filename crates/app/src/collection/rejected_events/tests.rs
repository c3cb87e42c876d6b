//! Refused events: seen, mended, stored once, discarded.

use std::net::SocketAddr;

use axum::extract::ConnectInfo;
use axum::http::Method;
use serde_json::{Value, json};

use crate::testing::{Caller, TestApp, app_tests, request, with_header};

const PATH: &str = "/rejected_events";

/// Sends events in PostHog's form, and waits until what is refused of them is listed.
async fn send(owner: &Caller, events: Value) {
    let key = owner.key().await;
    let batch = json!({ "api_key": key, "batch": events });
    owner.app.send(request(Method::POST, "/batch/", Some(batch))).await;
    settle(owner, &key).await;
}

async fn settle(owner: &Caller, key: &str) {
    // Events are stored in the order they came.
    let last = json!([{ "event": "the last", "distinct_id": "whoever sends the last" }]);
    let last = request(Method::POST, "/api/v1/events?wait=stored", Some(last));
    owner.app.send(with_header(last, "x-api-key", key)).await.expect(200);
}

/// Sends events to our own API.
async fn send_own(owner: &Caller, events: Value) {
    let key = owner.key().await;
    let sent = request(Method::POST, "/api/v1/events", Some(events));
    owner.app.send(with_header(sent, "x-api-key", &key)).await.expect(200);
    settle(owner, &key).await;
}

/// Returns where a connection comes from.
fn came_from(address: &str) -> ConnectInfo<SocketAddr> {
    ConnectInfo(SocketAddr::new(address.parse().expect("an address"), 40_000))
}

async fn list(caller: &Caller, query: &str) -> Vec<Value> {
    let page = caller.get(&caller.path(&format!("{PATH}{query}"))).await.expect(200);
    page["items"].as_array().expect("items").clone()
}

async fn replay(caller: &Caller, body: Value) -> Value {
    caller.post(&caller.path(&format!("{PATH}/replay")), body).await.expect(200)
}

async fn stored(caller: &Caller, event: &str) -> Vec<Value> {
    let page = caller.get(&caller.path(&format!("/events?event={event}"))).await.expect(200);
    page["items"].as_array().expect("items").clone()
}

app_tests! {
    async fn what_is_refused_is_listed_with_its_text(app: TestApp) {
        let app = app.with_events().await;
        let owner = app.owner().await;
        send(&owner, json!([
            { "event": "signup", "properties": { "plan": "pro", "$lib": "posthog-node" } },
            { "event": "", "distinct_id": "ada" },
            { "event": "signup", "distinct_id": "" },
        ])).await;
        let all = list(&owner, "").await;
        assert_eq!(all.len(), 3, "{all:?}");
        let named = list(&owner, "?event=signup&code=distinct_id_missing").await;
        assert_eq!(named.len(), 2);
        assert_eq!(list(&owner, "?event=").await.len(), 1);
        assert_eq!(list(&owner, "?field=event").await.len(), 1);
        assert_eq!(list(&owner, "?from=0001-01-01T00:00:00Z&to=9999-01-01T00:00:00Z").await.len(), 3);
        assert_eq!(list(&owner, "?search=PRO").await.len(), 1);
        assert_eq!(list(&owner, "?from=2026-03-02T12:00:01Z").await.len(), 0);
        assert_eq!(list(&owner, "?to=2026-03-02T12:00:01Z").await.len(), 3);
        let found = list(&owner, "?search=posthog-node").await[0].clone();
        assert_eq!((&found["field"], &found["library"]), (&json!("distinct_id"), &json!("posthog-node")));
        let id = found["event_id"].as_str().expect("an id");
        let one = owner.get(&owner.path(&format!("{PATH}/{id}"))).await.expect(200);
        let raw: Value = serde_json::from_str(one["raw"].as_str().expect("a text")).expect("JSON");
        assert_eq!(raw["properties"]["plan"], "pro");
        owner.get(&owner.path(&format!("{PATH}/{}", uuid::Uuid::nil()))).await.expect_problem(404, "not_found");
        let summary = owner.get(&owner.path(&format!("{PATH}/summary"))).await.expect(200);
        assert_eq!((&summary["total"], &summary["items"][0]["count"]), (&json!(3), &json!(2)), "{summary}");
        assert_eq!(summary["items"][0]["event_name"], "signup");
        // Page by page the same, each once.
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = owner.get(&owner.path(&format!("{PATH}?limit=1{cursor}"))).await.expect(200);
            seen.extend(page["items"].as_array().expect("items").clone());
            let Some(next) = page["next_cursor"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(seen, all);
    }

    async fn a_mended_event_is_stored_once_with_its_time(app: TestApp) {
        let app = app.with_events().await;
        let owner = app.owner().await;
        let id = "0190a5d4-8f5e-7cc0-9f3e-1a2b3c4d5e6f";
        send(&owner, json!([
            { "event": "dated", "uuid": id, "timestamp": "2026-02-20T08:00:00Z", "properties": { "n": 1 } },
            { "event": "undated", "properties": { "n": 2 } },
        ])).await;
        app.clock.advance(chrono::TimeDelta::hours(5));
        let ids: Vec<Value> = list(&owner, "").await.iter().map(|event| event["event_id"].clone()).collect();
        let refused = replay(&owner, json!({ "ids": ids })).await;
        assert_eq!((&refused["stored"], &refused["rejected"]), (&json!(0), &json!(2)), "{refused}");
        assert_eq!(refused["results"][0]["code"], "distinct_id_missing");
        let mend = json!({ "ids": ids, "patch": { "distinct_id": "ada", "properties": { "mended": true } } });
        let replayed = replay(&owner, mend.clone()).await;
        assert_eq!((&replayed["stored"], &replayed["rejected"]), (&json!(2), &json!(0)), "{replayed}");
        let dated = stored(&owner, "dated").await;
        assert_eq!(dated.len(), 1);
        assert_eq!((&dated[0]["event_id"], &dated[0]["user_id"]), (&json!(id), &json!("ada")));
        assert_eq!(dated[0]["timestamp"], "2026-02-20T08:00:00Z");
        assert_eq!((&dated[0]["properties"]["n"], &dated[0]["properties"]["mended"]), (&json!(1), &json!(true)));
        let undated = stored(&owner, "undated").await;
        assert_eq!((undated.len(), &undated[0]["timestamp"]), (1, &json!("2026-03-02T12:00:00Z")));
        assert_eq!(list(&owner, "").await, Vec::<Value>::new());
        let again = replay(&owner, mend).await;
        assert_eq!((&again["stored"], &again["unknown"]), (&json!(0), &json!(2)), "{again}");
        assert_eq!((stored(&owner, "dated").await.len(), stored(&owner, "undated").await.len()), (1, 1));
    }

    async fn what_was_stored_meanwhile_is_not_stored_again(app: TestApp) {
        let app = app.with_events().await;
        let owner = app.owner().await;
        let id = "0190a5d4-8f5e-7cc0-9f3e-1a2b3c4d5e70";
        let event = json!({ "event": "bought", "event_id": id });
        send_own(&owner, json!([event])).await;
        send_own(&owner, json!([event])).await;
        assert_eq!(list(&owner, "").await.len(), 1, "what is sent again and again stands there once");
        send_own(&owner, json!([{ "event": "bought", "event_id": id, "distinct_id": "ada" }])).await;
        let replayed = replay(&owner, json!({ "ids": [id], "patch": { "distinct_id": "ada" } })).await;
        assert_eq!((&replayed["stored"], &replayed["duplicates"]), (&json!(0), &json!(1)), "{replayed}");
        assert_eq!((stored(&owner, "bought").await.len(), list(&owner, "").await.len()), (1, 0));
    }

    async fn alike_without_ids_are_events_of_their_own(app: TestApp) {
        let app = app.with_events().await;
        let owner = app.owner().await;
        send_own(&owner, json!([{ "event": "click" }, { "event": "click" }])).await;
        send_own(&owner, json!([{ "event": "click" }, { "event": "other" }])).await;
        assert_eq!(list(&owner, "").await.len(), 4);
        let replayed = replay(&owner, json!({ "filter": { "event": "click" }, "patch": { "distinct_id": "ada" } })).await;
        assert_eq!((&replayed["stored"], &replayed["left"]), (&json!(3), &json!(0)), "{replayed}");
        assert_eq!(replayed["results"], json!([]));
        assert_eq!((stored(&owner, "click").await.len(), list(&owner, "").await.len()), (3, 1));
    }

    async fn one_can_be_replaced_by_its_mended_self(app: TestApp) {
        let app = app.with_events().await;
        let owner = app.owner().await;
        send_own(&owner, json!([{ "event": "typo", "distinct_id": "ada", "propeties": { "n": 1 } }])).await;
        let id = list(&owner, "").await[0]["event_id"].clone();
        let as_it_is = replay(&owner, json!({ "ids": [id] })).await;
        assert_eq!(as_it_is["results"][0]["field"], "propeties", "nothing is dropped in silence: {as_it_is}");
        let text = r#"{"event":"typo","distinct_id":"ada","properties":{"n":12345678901234567890}}"#;
        let replayed = replay(&owner, json!({ "ids": [id], "event": text })).await;
        assert_eq!(replayed["stored"], 1, "{replayed}");
        let stored = stored(&owner, "typo").await;
        assert_eq!((&stored[0]["event_id"], stored.len()), (&id, 1));
        assert_eq!(stored[0]["properties"]["n"].to_string(), "12345678901234567890");
        let wrong = owner.post(&owner.path(&format!("{PATH}/replay")), json!({ "ids": [id, id], "event": {} })).await;
        wrong.expect_problem(422, "validation_failed");
        for body in [json!({}), json!({ "ids": [] }), json!({ "ids": [id], "filter": {} }), json!({ "ids": [id], "patch": [] })] {
            let answer = owner.post(&owner.path(&format!("{PATH}/replay")), body.clone()).await;
            assert_eq!(answer.status.as_u16(), 422, "{body}");
        }
    }

    async fn discarding_takes_what_was_meant(app: TestApp) {
        let app = app.with_events().await;
        let owner = app.owner().await;
        send_own(&owner, json!([{ "event": "a" }, { "event": "a" }, { "event": "b" }, { "event": "c" }])).await;
        let path = owner.path(PATH);
        owner.delete(&path).await.expect_problem(422, "validation_failed");
        assert_eq!(owner.delete(&format!("{path}?event=a")).await.expect(200)["discarded"], 2);
        let b = list(&owner, "?event=b").await[0]["event_id"].clone();
        let one = format!("{path}/{}", b.as_str().expect("an id"));
        assert_eq!(owner.delete(&one).await.status.as_u16(), 204);
        owner.delete(&one).await.expect_problem(404, "not_found");
        assert_eq!(list(&owner, "").await.len(), 1);
        assert_eq!(owner.delete(&format!("{path}?all=true")).await.expect(200)["discarded"], 1);
        assert_eq!(list(&owner, "").await.len(), 0);
    }

    async fn what_is_replayed_is_judged_as_if_it_had_been_accepted_at_once(app: TestApp) {
        let app = app.with_events().await;
        let owner = app.owner().await;
        let rules = json!({ "addresses": "anonymise", "internal_networks": ["198.51.100.77"] });
        owner.patch(&owner.path("/collection_settings"), rules).await.expect(200);
        let key = owner.key().await;
        let senders = [
            ("curl/8.5.0", "203.0.113.7"),
            ("python-requests/2.31", "203.0.113.7"),
            ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120.0.0.0 Safari/537.36", "203.0.113.9"),
            ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "203.0.113.9"),
            ("curl/8.5.0", "198.51.100.77"),
        ];
        for (number, (agent, address)) in senders.into_iter().enumerate() {
            let refused = json!([{ "event": format!("mended {number}"), "properties": { "n": number } }]);
            let at_once = json!([{ "event": format!("at once {number}"), "properties": { "n": number }, "distinct_id": "ada" }]);
            for events in [refused, at_once] {
                let mut sent = request(Method::POST, "/api/v1/events?wait=stored", Some(events));
                sent.extensions_mut().insert(came_from(address));
                for (name, value) in [("x-api-key", key.as_str()), ("user-agent", agent)] {
                    sent = with_header(sent, name, value);
                }
                owner.app.send(sent).await.expect(200);
            }
        }
        settle(&owner, &key).await;
        app.clock.advance(chrono::TimeDelta::hours(5));
        let replayed = replay(&owner, json!({ "filter": {}, "patch": { "distinct_id": "ada" } })).await;
        assert_eq!((&replayed["stored"], &replayed["rejected"]), (&json!(5), &json!(0)), "{replayed}");
        let mut traffic = Vec::new();
        for (number, sender) in senders.iter().enumerate() {
            let mended = stored(&owner, &format!("mended%20{number}")).await.remove(0);
            let at_once = stored(&owner, &format!("at%20once%20{number}")).await.remove(0);
            for column in ["traffic", "country", "city", "browser", "os", "device_type", "user_agent", "ip_address", "timestamp", "received_at", "properties"] {
                assert_eq!(mended[column], at_once[column], "{column} of {sender:?}");
            }
            traffic.push(mended["traffic"].as_str().unwrap_or_default().to_owned());
        }
        assert_eq!(traffic, ["", "", "", "bot", "internal"]);
    }

    async fn old_events_have_nothing_of_whoever_imports_them(app: TestApp) {
        let app = app.with_events().await;
        let owner = app.owner().await;
        owner.patch(&owner.path("/collection_settings"), json!({ "internal_networks": ["203.0.113.0/24"] })).await.expect(200);
        let key = owner.key().await;
        let event = json!({ "event": "old", "distinct_id": "ada", "timestamp": "2026-02-20T08:00:00Z" });
        let own = json!({ "event": "own", "distinct_id": "ada", "timestamp": "2026-02-20T08:00:00Z", "ip": "198.51.100.9" });
        for (path, body) in [
            ("/api/v1/events?historical=true&wait=stored", json!([event, own])),
            ("/api/v1/events?wait=stored", json!({ "batch": [event], "historical": true })),
            ("/batch/", json!({ "api_key": key, "historical_migration": true, "batch": [event] })),
            ("/v1/import", json!({ "writeKey": key, "batch": [{ "type": "track", "event": "old", "userId": "ada", "timestamp": "2026-02-20T08:00:00Z" }] })),
        ] {
            let mut sent = request(Method::POST, path, Some(body));
            sent.extensions_mut().insert(came_from("203.0.113.7"));
            let agent = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";
            for (name, value) in [("x-api-key", key.as_str()), ("user-agent", agent)] {
                sent = with_header(sent, name, value);
            }
            let answer = owner.app.send(sent).await;
            assert!(answer.status.is_success(), "{path}: {}", answer.text());
        }
        settle(&owner, &key).await;
        let all = stored(&owner, "old").await;
        assert_eq!(all.len(), 4);
        for event in all {
            for column in ["ip_address", "country", "user_agent", "traffic"] {
                assert_eq!(event[column].as_str().unwrap_or_default(), "", "{column} of {event}");
            }
        }
        let own = stored(&owner, "own").await.remove(0);
        assert_eq!((&own["ip_address"], own["traffic"].as_str().unwrap_or_default()), (&json!("198.51.100.9"), ""));
    }

    async fn warnings_say_what_is_doubtful(app: TestApp) {
        let app = app.with_events().await;
        let owner = app.owner().await;
        send_own(&owner, json!([
            { "event": "a", "distinct_id": "undefined" },
            { "event": "a", "distinct_id": "undefined" },
            { "event": "old", "distinct_id": "ada", "timestamp": "2019-01-01T00:00:00Z" },
            { "event": "fine", "distinct_id": "ada" },
        ])).await;
        let warnings = owner.get(&owner.path("/ingestion_warnings")).await.expect(200);
        let kinds: Vec<_> = warnings["items"].as_array().expect("items").iter()
            .map(|item| (item["kind"].as_str().unwrap_or_default(), item["count"].as_u64().unwrap_or(0))).collect();
        assert_eq!(kinds, [("person_unlikely", 2), ("clock_far_off", 1)], "{warnings}");
        assert_eq!(warnings["items"][1]["samples"][0]["event_name"], "old");
        let later = owner.get(&owner.path("/ingestion_warnings?from=2026-03-02T12:00:01Z")).await.expect(200);
        assert_eq!(later["items"], json!([]));
    }
}
