//! People are merged as events say so, and a merge is taken out again.

use axum::http::Method;
use serde_json::{Value, json};

use crate::testing::{Caller, TestApp, app_tests, request, with_header};

async fn send(owner: &Caller, key: &str, events: Value) {
    let request = request(Method::POST, "/api/v1/events", Some(events));
    let verdicts = owner.app.send(with_header(request, "x-api-key", key)).await.expect(200);
    assert_eq!(verdicts["rejected"], 0, "{verdicts}");
}

/// The person of each event, by distinct id.
async fn people(owner: &Caller) -> Vec<(String, String)> {
    let events = owner.get(&owner.path("/events")).await.expect(200);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let items = events["items"].as_array().expect("events").iter();
    let mut found: Vec<_> = items.map(|event| (text(&event["user_id"]), text(&event["person_id"]))).collect();
    found.sort();
    found.dedup();
    found
}

async fn number_of_people(owner: &Caller) -> usize {
    let mut all: Vec<String> = people(owner).await.into_iter().map(|(_, person)| person).collect();
    all.sort();
    all.dedup();
    all.len()
}

app_tests! {
    async fn a_merge_is_listed_and_taken_out_again(app: TestApp) {
        let app = app.with_events().await;
        let owner = app.owner().await;
        let key = owner.key().await;
        send(&owner, &key, json!([
            { "event": "$pageview", "distinct_id": "anon-1" },
            { "event": "$pageview", "distinct_id": "anon-2" },
        ])).await;
        for anonymous in ["anon-1", "anon-2"] {
            let properties = json!({ "$anon_distinct_id": anonymous });
            send(&owner, &key, json!([{ "event": "$identify", "distinct_id": "ada", "properties": properties }])).await;
        }
        send(&owner, &key, json!([{ "event": "$pageview", "distinct_id": "anon-2" }])).await;
        // The events from before are given over beside what is stored.
        for _ in 0..200 {
            if number_of_people(&owner).await == 1 { break; }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        assert_eq!(number_of_people(&owner).await, 1, "{:?}", people(&owner).await);

        let merges = owner.get(&owner.path("/person_merges")).await.expect(200);
        assert_eq!(merges["items"].as_array().expect("merges").len(), 2, "{merges}");
        let of_one = owner.get(&owner.path("/person_merges?user_id=anon-2")).await.expect(200);
        assert_eq!(of_one["items"][0]["from_user_id"], "anon-2", "{of_one}");
        assert_eq!(of_one["items"].as_array().expect("merges").len(), 1);
        let id = of_one["items"][0]["id"].as_str().expect("an id");
        let undone = owner.post(&owner.path(&format!("/person_merges/{id}/undo")), json!({})).await.expect(200);
        assert!(undone["undone_at"].is_string(), "{undone}");
        assert_eq!(number_of_people(&owner).await, 2, "{:?}", people(&owner).await);
        let again = owner.post(&owner.path(&format!("/person_merges/{id}/undo")), json!({})).await.expect(200);
        assert!(again["undone_at"].is_string());
        let nothing = uuid::Uuid::new_v4();
        owner.post(&owner.path(&format!("/person_merges/{nothing}/undo")), json!({})).await.expect_problem(404, "not_found");
    }
}
