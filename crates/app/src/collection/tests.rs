//! Events come in, are looked at, and make up the catalogue.

use axum::body::Body;
use axum::http::{Method, Request};
use serde_json::{Value, json};

use crate::testing::{Answer, Caller, TestApp, app_tests, request, with_header};

async fn post(app: &TestApp, key: &str, path: &str, body: Value) -> Answer {
    app.send(with_header(request(Method::POST, path, Some(body)), "authorization", &format!("Bearer {key}"))).await
}

async fn names(caller: &Caller) -> Vec<(String, u64)> {
    let catalogue = caller.get(&caller.path("/catalogue/events")).await.expect(200);
    let items = catalogue["items"].as_array().expect("items").iter();
    items
        .map(|item| (item["name"].as_str().unwrap_or_default().to_owned(), item["count"].as_u64().unwrap_or(0)))
        .collect()
}

/// Counts what this feature warns of.
#[derive(Clone, Default)]
struct Lines(std::sync::Arc<std::sync::atomic::AtomicUsize>);

impl Lines {
    fn count(&self) -> usize {
        self.0.load(std::sync::atomic::Ordering::SeqCst)
    }
}

impl tracing::Subscriber for Lines {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        metadata.target().starts_with("app::collection") && *metadata.level() == tracing::Level::WARN
    }

    fn new_span(&self, _: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        tracing::span::Id::from_u64(1)
    }

    fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}

    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}

    fn event(&self, _: &tracing::Event<'_>) {
        self.0.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
    }

    fn enter(&self, _: &tracing::span::Id) {}

    fn exit(&self, _: &tracing::span::Id) {}
}

app_tests! {
    async fn every_event_gets_a_verdict_and_a_bad_one_is_refused_alone(app: TestApp) {
        let app = app.with_events().await;
        let owner = app.owner().await;
        let key = owner.key().await;
        let id = "0190a5d4-8f5e-7cc0-9f3e-1a2b3c4d5e6f";
        let batch = json!([
            { "event": "sign up", "distinct_id": "a", "event_id": id },
            { "event": "sign up" },
            { "event": "sign up", "distinct_id": "a", "event_id": id },
            { "event": "log in", "distinct_id": "a" },
        ]);
        let verdicts = post(&app, &key, "/api/v1/events?wait=stored", batch).await.expect(200);
        assert_eq!((&verdicts["accepted"], &verdicts["duplicates"], &verdicts["rejected"]), (&json!(2), &json!(1), &json!(1)));
        assert_eq!(verdicts["results"][0]["status"], "stored");
        assert_eq!(verdicts["results"][1]["status"], "rejected");
        assert_eq!(verdicts["results"][1]["field"], "distinct_id", "{verdicts}");
        assert_eq!(verdicts["results"][2]["status"], "duplicate");
        assert_eq!(names(&owner).await, [("log in".to_owned(), 1), ("sign up".to_owned(), 1)]);
    }

    async fn lines_of_json_are_events_too(app: TestApp) {
        let app = app.with_events().await;
        let owner = app.owner().await;
        let key = owner.key().await;
        let lines = "{\"event\":\"a\",\"distinct_id\":\"1\"}\nnot json\n{\"event\":\"b\",\"distinct_id\":\"1\"}\n";
        let request = Request::post(format!("/api/v1/events?api_key={key}"))
            .header("content-type", "application/x-ndjson")
            .body(Body::from(lines))
            .expect("a request");
        let verdicts = app.send(request).await.expect(200);
        assert_eq!((&verdicts["accepted"], &verdicts["rejected"]), (&json!(2), &json!(1)), "{verdicts}");
        assert_eq!(verdicts["results"][1]["status"], "rejected");
    }

    async fn a_wrong_key_is_told_at_once_and_stores_nothing(app: TestApp) {
        let app = app.with_events().await;
        let owner = app.owner().await;
        let key = owner.key().await;
        let event = json!({ "event": "sign up", "distinct_id": "a" });
        for wrong in ["", "phc_something", &format!("{key}x"), &key[..key.len() - 1]] {
            let answer = post(&app, wrong, "/api/v1/events", event.clone()).await;
            assert_eq!(answer.status.as_u16(), 401, "{wrong}: {}", answer.text());
        }
        let batch = json!({ "api_key": "phc_something", "batch": [event] });
        let answer = app.send(request(Method::POST, "/batch/", Some(batch))).await;
        assert_eq!(answer.status.as_u16(), 401);
        assert_eq!(names(&owner).await, []);
    }

    async fn a_key_that_is_switched_off_no_longer_works(app: TestApp) {
        let app = app.with_events().await;
        let owner = app.owner().await;
        let key = owner.key().await;
        let event = json!({ "event": "sign up", "distinct_id": "a" });
        post(&app, &key, "/api/v1/events", event.clone()).await.expect(200);
        let keys = owner.get(&owner.path("/api_keys")).await.expect(200);
        let id = keys["items"][0]["id"].as_str().expect("an id").to_owned();
        owner.patch(&owner.path(&format!("/api_keys/{id}")), json!({ "is_active": false })).await.expect(200);
        post(&app, &key, "/api/v1/events", event).await.expect_problem(401, "key_wrong");
    }

    async fn posthogs_batches_are_understood(app: TestApp) {
        let app = app.with_events().await;
        let owner = app.owner().await;
        let key = owner.key().await;
        let batch = json!({ "api_key": key, "sent_at": "2026-03-02T12:00:00Z", "batch": [
            { "event": "sign up", "distinct_id": "a", "uuid": "0190a5d4-8f5e-7cc0-9f3e-1a2b3c4d5e6f",
              "timestamp": "2026-03-02T11:59:58Z", "properties": { "$browser": "Chrome", "plan": "pro", "$lib": "posthog-node" } },
        ] });
        for path in ["/batch/", "/batch"] {
            let answer = app.send(request(Method::POST, path, Some(batch.clone()))).await.expect(200);
            assert_eq!(answer, json!({ "status": 1 }));
        }
        assert_eq!(names(&owner).await, [("sign up".to_owned(), 1)]);
        let events = owner.get(&owner.path("/events")).await.expect(200);
        let event = &events["items"][0];
        assert_eq!((&event["browser"], &event["library"]), (&json!("Chrome"), &json!("posthog-node")));
        assert_eq!(event["properties"]["plan"], "pro");
        assert_eq!(event["timestamp"], "2026-03-02T11:59:58Z");
    }

    // The key stands in pages that anybody can read: whoever has it must not fill the system log.
    async fn a_public_key_does_not_fill_the_log(app: TestApp) {
        let app = app.with_events().await;
        let owner = app.owner().await;
        let key = owner.key().await;
        let lines = Lines::default();
        let _kept = tracing::subscriber::set_default(lines.clone());
        let wrong: Vec<Value> = (0..100).map(|_| json!({ "event": "sign up" })).collect();
        let batch = json!({ "api_key": key, "batch": wrong });
        for _ in 0..30 {
            app.send(request(Method::POST, "/batch/", Some(batch.clone()))).await.expect(200);
        }
        assert_eq!(lines.count(), 10);
        app.clock.advance(chrono::TimeDelta::minutes(1));
        app.send(request(Method::POST, "/batch/", Some(batch))).await.expect(200);
        assert_eq!(lines.count(), 11);
    }

    async fn other_peoples_pages_may_send_but_never_read(app: TestApp) {
        let app = app.with_events().await;
        let owner = app.owner().await;
        let preflight = |path: &str| {
            let request = Request::options(path)
                .header("origin", "https://shop.example")
                .header("access-control-request-method", "POST")
                .header("access-control-request-headers", "content-type");
            request.body(Body::empty()).expect("a request")
        };
        for path in ["/api/v1/events", "/batch/"] {
            let answer = app.send(preflight(path)).await;
            assert_eq!(answer.status.as_u16(), 200, "{path}");
            assert!(answer.header("access-control-allow-origin").is_some(), "{path}");
        }
        let answer = app.send(preflight(&format!("/api/v1{}", owner.path("/events")))).await;
        assert_eq!(answer.header("access-control-allow-origin"), None);
    }

    async fn arrivals_are_paged_from_the_newest_on(app: TestApp) {
        let app = app.with_events().await;
        let owner = app.owner().await;
        let key = owner.key().await;
        for number in 0..5 {
            let event = json!({ "event": format!("e{number}"), "distinct_id": "a" });
            post(&app, &key, "/api/v1/events", event).await.expect(200);
            app.clock.advance(chrono::TimeDelta::seconds(1));
        }
        let mut seen = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = owner.get(&owner.path(&format!("/events?limit=2{cursor}"))).await.expect(200);
            seen.extend(page["items"].as_array().expect("items").iter().map(|item| item["event_name"].clone()));
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(seen, ["e4", "e3", "e2", "e1", "e0"]);
        let one = owner.get(&owner.path("/events?event=e3")).await.expect(200);
        assert_eq!(one["items"].as_array().map(Vec::len), Some(1));
        owner.get(&owner.path("/events?cursor=nonsense")).await.expect_problem(400, "cursor_invalid");
    }

    async fn the_catalogue_knows_properties_their_types_and_values(app: TestApp) {
        let app = app.with_events().await;
        let owner = app.owner().await;
        let key = owner.key().await;
        let events = json!([
            { "event": "buy", "distinct_id": "a", "properties": { "price": 3, "plan": "pro", "gift": true, "mix": 1, "$browser": "Chrome" } },
            { "event": "buy", "distinct_id": "b", "properties": { "price": 4.5, "plan": "free", "mix": "one", "nothing": null } },
            { "event": "sell", "distinct_id": "b", "properties": { "plan": "pro" } },
        ]);
        post(&app, &key, "/api/v1/events", events).await.expect(200);
        let catalogue = owner.get(&owner.path("/catalogue/properties")).await.expect(200);
        let kind_of = |name: &str| {
            let items = catalogue["items"].as_array().expect("items");
            items.iter().find(|item| item["name"] == name).map(|item| item["type"].clone())
        };
        assert_eq!(kind_of("price"), Some(json!("number")));
        assert_eq!(kind_of("plan"), Some(json!("text")));
        assert_eq!(kind_of("gift"), Some(json!("boolean")));
        assert_eq!(kind_of("mix"), Some(json!("mixed")));
        assert_eq!(kind_of("nothing"), None);
        let columns = catalogue["items"].as_array().expect("items").iter().filter(|item| item["name"] == "$browser");
        assert_eq!(columns.count(), 1, "a property with a column is listed once");

        let of_sell = owner.get(&owner.path("/catalogue/properties?event=sell")).await.expect(200);
        assert!(!of_sell.to_string().contains("price"));

        let plans = owner.get(&owner.path("/catalogue/values?property=plan")).await.expect(200);
        assert_eq!(plans["items"], json!([{ "value": "pro", "count": 2 }, { "value": "free", "count": 1 }]));
        let browsers = owner.get(&owner.path("/catalogue/values?property=$browser&search=chr")).await.expect(200);
        assert_eq!(browsers["items"], json!([{ "value": "Chrome", "count": 1 }]));
    }

    async fn another_projects_events_show_nowhere(app: TestApp) {
        let app = app.with_events().await;
        let owner = app.owner().await;
        let key = owner.key().await;
        post(&app, &key, "/api/v1/events", json!({ "event": "secret", "distinct_id": "a", "properties": { "confidential": "yes" } }))
            .await
            .expect(200);
        let stranger = app.stranger().await;
        for rest in ["/events", "/catalogue/events", "/catalogue/values?property=confidential"] {
            let list = stranger.get(&stranger.path(rest)).await.expect(200);
            assert_eq!(list["items"], json!([]), "{rest}");
        }
        let properties = stranger.get(&stranger.path("/catalogue/properties")).await.expect(200);
        assert!(!properties.to_string().contains("confidential"));
    }
}
