//! The catalogue through the API.

use axum::http::Method;
use serde_json::{Value, json};

use crate::Role;
use crate::testing::{Caller, TestApp, app_tests, request, with_header};

async fn send(owner: &Caller, events: Value) {
    let key = owner.key().await;
    let request = with_header(request(Method::POST, "/api/v1/events", Some(events)), "x-api-key", &key);
    let verdicts = owner.app.send(request).await.expect(200);
    assert_eq!(verdicts["rejected"], 0, "{verdicts}");
}

fn event(name: &str, minute: u32, properties: Value) -> Value {
    json!({ "event": name, "distinct_id": "ada", "timestamp": format!("2026-03-01T10:{minute:02}:00Z"), "properties": properties })
}

async fn items(caller: &Caller, path: &str) -> Vec<Value> {
    let listed = caller.get(&caller.path(&format!("/catalogue/{path}"))).await.expect(200);
    listed["items"].as_array().expect("items").clone()
}

async fn names(caller: &Caller, path: &str) -> Vec<String> {
    items(caller, path).await.iter().map(|item| item["name"].as_str().expect("a name").to_owned()).collect()
}

async fn values(caller: &Caller, query: &str) -> Vec<(String, u64)> {
    let items = items(caller, &format!("values?{query}")).await;
    items
        .iter()
        .map(|item| (item["value"].as_str().expect("a text").to_owned(), item["count"].as_u64().expect("a count")))
        .collect()
}

/// Somebody limited to rows that are all there are: for them everything is counted anew.
async fn sees_all_rows(owner: &Caller) -> Caller {
    let caller = owner.app.colleague("limited").await;
    let me = owner.get("/me").await.expect(200);
    let organization = format!("/organizations/{}", me["organizations"][0]["id"].as_str().expect("an id"));
    let rules = json!([{ "property": "$user_id", "allowed_values": ["ada"] }]);
    let role =
        json!({ "name": "Limited", "row_rules": rules, "permissions": [{ "resource": "events", "action": "view" }] });
    let role = owner.post(&format!("{organization}/roles"), role).await.expect(201);
    let user = caller.get("/me").await.expect(200)["user"]["id"].clone();
    let new = json!({ "user_id": user, "role_id": role["id"], "project_id": owner.project() });
    owner.post(&format!("{organization}/role_assignments"), new).await.expect(201);
    caller
}

/// The same numbers each time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }

    fn value(&mut self) -> Value {
        let odd = json!([
            "pro", "", "true", "null", "1.10", "Ü 漢 🦀", "2026-03-01", "2026-03-01T10:00:00Z", "2026-03-01 or so",
            1, 0, -7, 1.5, 1e21, 1e-7, true, false, null, [1, "two"], { "a": 1 }, u64::MAX
        ]);
        odd[self.below(21) as usize].clone()
    }

    fn object(&mut self) -> Value {
        let names = ["plan", "it's a \\ \"key\"", "漢", "a.b", "price"];
        (0..self.below(6)).map(|_| (names[self.below(5) as usize].to_owned(), self.value())).collect()
    }

    fn event(&mut self) -> Value {
        let mut properties = self.object();
        match self.below(4) {
            0 => properties["$set"] = self.object(),
            1 => properties["$set_once"] = self.object(),
            _ => {}
        }
        event(["sign up", "bought", "it's"][self.below(3) as usize], self.below(60) as u32, properties)
    }
}

app_tests! {
    async fn names_types_and_counts_are_those_of_a_recount(app: TestApp) {
        let app = app.with_events().await;
        let owner = app.owner().await;
        let mut chance = Chance(3);
        for _ in 0..3 {
            send(&owner, (0..120).map(|_| chance.event()).collect()).await;
        }
        let limited = sees_all_rows(&owner).await;

        for list in ["events", "events?property=plan", "events?property=plan&source=person", "properties",
            "properties?event=bought", "properties?source=person", "properties?source=person&event=sign%20up"] {
            let without_first = |mut items: Vec<Value>| {
                if list.starts_with("properties") {
                    for item in &mut items {
                        item.as_object_mut().expect("an object").remove("first_seen_at");
                    }
                }
                items
            };
            let (arrived, recounted) = (items(&owner, list).await, items(&limited, list).await);
            assert!(!arrived.is_empty(), "{list}");
            // A null is a property for one question and none for the other, and takes no part in lists of properties.
            if !list.contains("property=") {
                assert_eq!(without_first(arrived), without_first(recounted), "{list}");
            }
        }
        for property in ["plan", "it%27s%20a%20%5C%20%22key%22", "%E6%BC%A2", "a.b", "price"] {
            let (arrived, mut recounted) = (values(&owner, &format!("property={property}")).await, values(&limited, &format!("property={property}")).await);
            // Lists and objects are nothing to choose.
            recounted.retain(|(value, _)| !value.starts_with('[') && !value.starts_with('{'));
            assert_eq!(arrived, recounted, "{property}");
            assert_eq!(values(&owner, &format!("property={property}&search=PR")).await, values(&limited, &format!("property={property}&search=PR")).await);
        }
        assert_eq!(values(&owner, "property=$event").await, values(&limited, "property=$event").await);
        assert_eq!(values(&owner, "property=$user_id").await, [("ada".to_owned(), 360)]);
    }

    async fn properties_have_types_and_what_is_said_of_people_stands_apart(app: TestApp) {
        let app = app.with_events().await;
        let owner = app.owner().await;
        let said = json!({ "plan": "pro", "price": 3, "gift": true, "due": "2026-03-01", "tags": [1], "place": { "a": 1 }, "nothing": null });
        send(&owner, json!([
            event("bought", 1, said),
            event("bought", 2, json!({ "plan": 7, "$set": { "email": "ada@example.com" }, "$set_once": { "came": "2026-03-01T10:00:00Z" } })),
        ])).await;

        let listed = items(&owner, "properties?source=property").await;
        let kinds: Vec<(&str, &str)> = listed.iter().map(|item| (item["name"].as_str().expect("a name"), item["type"].as_str().expect("a type"))).collect();
        assert_eq!(kinds, [("plan", "mixed"), ("due", "time"), ("gift", "boolean"), ("place", "object"), ("price", "number"), ("tags", "list")]);
        assert_eq!(listed[0]["types"], json!({ "text": 1, "number": 1 }));
        assert_eq!((&listed[0]["count"], &listed[0]["first_seen_at"], &listed[0]["last_seen_at"]),
            (&json!(2), &json!("2026-03-01T10:01:00Z"), &json!("2026-03-01T10:02:00Z")));
        assert_eq!(names(&owner, "properties?source=person").await, ["came", "email"]);
        assert_eq!(values(&owner, "property=email&source=person").await, [("ada@example.com".to_owned(), 1)]);
        assert_eq!(values(&owner, "property=email").await, []);
        assert_eq!(names(&owner, "events?property=price").await, ["bought"]);
        assert!(!names(&owner, "properties").await.iter().any(|name| name.starts_with("$set")));
        owner.get(&owner.path("/catalogue/events?sort=name")).await.expect(400);
    }

    async fn what_is_hidden_is_left_out_and_what_is_said_is_told(app: TestApp) {
        let app = app.with_events().await;
        let owner = app.owner().await;
        send(&owner, json!([event("a/b %2F ../é", 1, json!({ "plan": "pro", "price": 3 })), event("bought", 2, json!({}))])).await;
        let path = owner.path("/catalogue/events?name=a%2Fb%20%252F%20..%2F%C3%A9");
        let change = json!({ "description": "  Odd name ", "tags": ["core", "core", " money "], "is_hidden": true });
        let said = owner.patch(&path, change).await.expect(200);
        let version = said["version"].clone();
        assert_eq!(said, json!({ "name": "a/b %2F ../é", "description": "Odd name", "tags": ["core", "money"], "is_hidden": true, "version": version }));

        assert_eq!(names(&owner, "events").await, ["bought"]);
        let all = items(&owner, "events?hidden=true").await;
        assert_eq!((&all[0]["description"], &all[0]["is_hidden"], &all[1]["tags"]), (&json!("Odd name"), &json!(true), &json!([])));
        // What is not named stays.
        owner.patch(&path, json!({ "is_hidden": false })).await.expect(200);
        assert_eq!(items(&owner, "events").await[0]["tags"], json!(["core", "money"]));
        for name in ["price", "$browser"] {
            owner.patch(&owner.path(&format!("/catalogue/properties?name={name}")), json!({ "is_hidden": true })).await.expect(200);
            assert!(!names(&owner, "properties").await.contains(&name.to_owned()));
            assert!(names(&owner, "properties?hidden=true").await.contains(&name.to_owned()));
        }
        // Hiding is about lists: questions are answered.
        assert_eq!(values(&owner, "property=price").await, [("3".to_owned(), 1)]);
        let log = owner.get("/audit_logs?limit=3").await.expect(200);
        assert_eq!(log["items"][0]["action"], "property_definition.update", "{log}");
    }

    async fn what_is_said_must_fit(app: TestApp) {
        let app = app.with_events().await;
        let owner = app.owner().await;
        let path = owner.path("/catalogue/events?name=bought");
        let bad = json!({ "description": "x".repeat(2_001), "tags": ["", "x".repeat(51)] });
        let problem = owner.patch(&path, bad).await.expect(422);
        let fields: Vec<&str> = problem["errors"].as_array().expect("errors").iter().filter_map(|error| error["field"].as_str()).collect();
        assert_eq!(fields, ["description", "tags.0", "tags.1"]);
        let many: Vec<String> = (0..21).map(|tag| tag.to_string()).collect();
        owner.patch(&path, json!({ "tags": many })).await.expect(422);
        owner.patch(&path, json!({ "hidden": true })).await.expect(422);
        owner.patch(&owner.path("/catalogue/events?name="), json!({ "is_hidden": true })).await.expect(422);
        let viewer = app.member(Role::Viewer).await;
        viewer.patch(&path, json!({ "is_hidden": true })).await.expect(403);
    }

    async fn the_sweep_keeps_the_frequent_values(app: TestApp) {
        let app = app.with_events().await;
        let owner = app.owner().await;
        for part in 0..4 {
            // A property of each event, so that each block says its first values.
            let events: Vec<Value> = (0..60).map(|number| event(&format!("e{number}"), 1, json!({ "id": format!("{part} {number}"), "plan": "pro" }))).collect();
            send(&owner, events.into()).await;
        }
        let before = values(&owner, "property=id").await.len();
        app.app.analytics().prune_property_values(10).await.expect("pruned");
        let after = values(&owner, "property=id").await;
        assert!(before == 50 && after.len() == 10, "{before} {after:?}");
        assert_eq!(values(&owner, "property=plan").await, [("pro".to_owned(), 240)]);
    }
}
