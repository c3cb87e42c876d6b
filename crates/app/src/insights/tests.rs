//! Questions through the API, on events that came in through the API.

use analytics_store::QuestionLimits;
use axum::http::Method;
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::Role;
use crate::testing::{Caller, TestApp, app_tests, request, with_header};

/// The tests' clock stands at noon of 2 March 2026, UTC.
async fn send(owner: &Caller, events: Value) {
    let key = owner.key().await;
    let request = with_header(request(Method::POST, "/api/v1/events", Some(events)), "x-api-key", &key);
    let verdicts = owner.app.send(request).await.expect(200);
    assert_eq!(verdicts["rejected"], 0, "{verdicts}");
}

fn signed_up(who: &str, at: &str, properties: Value) -> Value {
    json!({ "event": "sign up", "distinct_id": who, "timestamp": at, "properties": properties })
}

fn question(measure: Value) -> Value {
    json!({
        "kind": "trends",
        "series": [{ "event": "sign up", "measure": measure }],
        "range": { "kind": "dates", "from": "2026-02-27", "to": "2026-03-01" },
        "interval": "day",
    })
}

async fn ask(caller: &Caller, question: Value) -> Value {
    caller.post(&caller.path("/insights/run"), question).await.expect(200)
}

app_tests! {
    async fn a_question_that_needs_too_much_memory_is_told_so(app: TestApp) {
        let app = app.with_events().await;
        send(&app.owner().await, json!([signed_up("a", "2026-02-28T20:00:00Z", json!({}))])).await;
        let app = app.with_question_limits(QuestionLimits { places: 1, memory: Some(1_000) });
        let owner = app.owner().await;
        let path = owner.path("/insights/run");
        let refused = owner.post(&path, question(json!({ "kind": "unique_users" }))).await;
        refused.expect_problem(422, "query_too_large");
    }

    async fn days_are_counted_in_the_projects_zone(app: TestApp) {
        let app = app.with_events().await;
        let owner = app.owner().await;
        // 20:00 UTC is 1:30 of the next day in Kolkata.
        send(&owner, json!([
            signed_up("a", "2026-02-28T20:00:00Z", json!({})),
            signed_up("b", "2026-02-28T10:00:00Z", json!({})),
        ])).await;
        let answer = ask(&owner, question(json!({ "kind": "count" }))).await;
        assert_eq!(answer["lines"][0]["values"], json!([0.0, 2.0, 0.0]));

        owner.patch(&owner.path(""), json!({ "time_zone": "Asia/Kolkata" })).await.expect(200);
        let answer = ask(&owner, question(json!({ "kind": "count" }))).await;
        assert_eq!(answer["zone"], "Asia/Kolkata");
        assert_eq!(answer["lines"][0]["values"], json!([0.0, 1.0, 1.0]));
    }

    async fn a_person_who_comes_on_two_days_is_one_in_the_total(app: TestApp) {
        let app = app.with_events().await;
        let owner = app.owner().await;
        send(&owner, json!([
            signed_up("a", "2026-02-27T10:00:00Z", json!({})),
            signed_up("a", "2026-02-28T10:00:00Z", json!({})),
            signed_up("b", "2026-02-28T10:00:00Z", json!({})),
        ])).await;
        let answer = ask(&owner, question(json!({ "kind": "unique_users" }))).await;
        assert_eq!(answer["lines"][0]["values"], json!([1.0, 2.0, 0.0]));
        assert_eq!(answer["lines"][0]["total"], 2.0);
    }

    async fn events_without_a_number_are_passed_over_and_counted(app: TestApp) {
        let app = app.with_events().await;
        let owner = app.owner().await;
        send(&owner, json!([
            signed_up("a", "2026-02-28T10:00:00Z", json!({ "price": 10 })),
            signed_up("b", "2026-02-28T10:00:00Z", json!({ "price": "20" })),
            signed_up("c", "2026-02-28T10:00:00Z", json!({ "price": null })),
            signed_up("d", "2026-02-28T10:00:00Z", json!({})),
        ])).await;
        let answer = ask(&owner, question(json!({ "kind": "average", "property": "price" }))).await;
        assert_eq!(answer["lines"][0]["values"], json!([null, 15.0, null]));
        assert_eq!(answer["lines"][0]["events_without_number"], 2);
    }

    async fn all_time_begins_with_the_first_event(app: TestApp) {
        let app = app.with_events().await;
        let owner = app.owner().await;
        send(&owner, json!(signed_up("a", "2015-05-17T10:05:03Z", json!({})))).await;
        let mut question = question(json!({ "kind": "count" }));
        question["range"] = json!({ "kind": "all" });
        question["interval"] = json!("month");
        let answer = ask(&owner, question).await;
        assert!(answer["buckets"][0]["start"].as_str().expect("a start").starts_with("2015-05-01"), "{answer}");
        assert_eq!(answer["lines"][0]["values"][0], 1.0);
    }

    async fn an_event_of_1970_does_not_rule_all_time(app: TestApp) {
        let app = app.with_events().await;
        let owner = app.owner().await;
        send(&owner, json!([
            signed_up("a", "1970-01-01T00:00:00Z", json!({})),
            signed_up("b", "2026-02-27T10:00:00Z", json!({})),
            signed_up("c", "2026-03-01T10:00:00Z", json!({})),
        ])).await;
        let mut all = question(json!({ "kind": "count" }));
        all["range"] = json!({ "kind": "all" });
        let answer = ask(&owner, all).await;
        assert!(answer["buckets"][0]["start"].as_str().expect("a start").starts_with("2026-02-27"), "{answer}");
        assert_eq!(answer["lines"][0]["total"], 2.0);
        assert_eq!(answer["before_all_time"], json!({ "events": 1, "first": "1970-01-01T00:00:00Z" }));
        let mut dates = question(json!({ "kind": "count" }));
        dates["range"] = json!({ "kind": "dates", "from": "1970-01-01", "to": "1970-01-02" });
        let answer = ask(&owner, dates).await;
        assert_eq!(answer["lines"][0]["total"], 1.0, "it is kept");
        assert_eq!(answer["before_all_time"], Value::Null);
    }

    async fn without_an_interval_there_are_totals_only(app: TestApp) {
        let app = app.with_events().await;
        let owner = app.owner().await;
        send(&owner, json!([
            signed_up("a", "2026-02-27T10:00:00Z", json!({ "plan": "pro" })),
            signed_up("a", "2026-02-28T10:00:00Z", json!({ "plan": "pro" })),
            signed_up("b", "2026-02-28T10:00:00Z", json!({ "plan": "free" })),
            signed_up("c", "2026-02-28T10:00:00Z", json!({ "plan": "team" })),
            signed_up("d", "2026-02-28T10:00:00Z", json!({})),
        ])).await;
        let mut totals = question(json!({ "kind": "unique_users" }));
        totals.as_object_mut().expect("an object").remove("interval");
        totals["breakdown"] = json!({ "property": "plan", "limit": 2 });
        let answer = ask(&owner, totals.clone()).await;
        assert_eq!(answer["buckets"], json!([]));
        assert_eq!(answer.get("interval"), None);
        let lines = |answer: &Value| answer["lines"].as_array().expect("lines").iter().map(|line| {
            (line["breakdown"]["value"].clone(), line["breakdown"]["kind"].clone(), line["total"].clone(), line["values"].clone())
        }).collect::<Vec<_>>();
        let row = |value: Value, kind: &str, total: f64| (value, json!(kind), json!(total), json!([]));
        assert_eq!(lines(&answer), [
            row(json!("free"), "value", 1.0),
            row(json!("pro"), "value", 1.0),
            row(Value::Null, "none", 1.0),
            row(Value::Null, "other", 1.0),
        ]);
        totals["breakdown"]["limit"] = json!(1000);
        assert_eq!(ask(&owner, totals.clone()).await["lines"].as_array().map(Vec::len), Some(4));
        totals["interval"] = json!("day");
        owner.post(&owner.path("/insights/run"), totals).await.expect_problem(422, "validation_failed");
    }

    async fn a_filter_on_a_page_is_about_the_visits_that_had_it(app: TestApp) {
        let app = app.with_events().await;
        let owner = app.owner().await;
        let view = |who: &str, minute: u32, path: &str, referrer: &str| json!({
            "event": "$pageview", "distinct_id": who, "timestamp": format!("2026-02-28T10:{minute:02}:00Z"),
            "properties": {
                "$session_id": format!("visit of {who}"), "$pathname": path,
                "$current_url": format!("https://shop.example{path}"), "$referrer": referrer,
            },
        });
        send(&owner, json!([
            view("ada", 0, "/", "https://www.google.com/"),
            view("ada", 1, "/pricing", "https://shop.example/"),
            view("ben", 0, "/pricing", ""),
            view("cleo", 0, "/", "https://www.google.com/"),
        ])).await;
        let pricing = json!({ "property": "$pathname", "operator": "is", "values": ["/pricing"] });
        let asked = |property: &str, filter: Value| json!({
            "kind": "trends",
            "series": [{ "event": "$pageview", "measure": { "kind": "unique_users" } }],
            "range": { "kind": "dates", "from": "2026-02-28", "to": "2026-02-28" },
            "breakdown": { "property": property },
            "session_filter": filter,
        });
        let totals = async |property: &str, filter: Value| {
            let answer = ask(&owner, asked(property, filter)).await;
            let lines = answer["lines"].as_array().expect("lines").clone();
            lines.iter().map(|line| (line["breakdown"]["value"].clone(), line["total"].clone())).collect::<Vec<_>>()
        };
        let row = |value: &str, total: f64| (json!(value), json!(total));
        assert_eq!(totals("$entry_channel", pricing.clone()).await, [row("direct", 1.0), row("search", 1.0)]);
        assert_eq!(totals("$entry_pathname", pricing.clone()).await, [row("/", 1.0), row("/pricing", 1.0)]);
        assert_eq!(totals("$exit_pathname", pricing).await, [row("/pricing", 2.0)]);
        let from_search = json!({ "property": "$entry_channel", "operator": "is", "values": ["search"] });
        assert_eq!(totals("$pathname", from_search).await, [row("/", 2.0), row("/pricing", 1.0)]);
    }

    async fn bounces_and_durations_are_those_of_visits(app: TestApp) {
        let app = app.with_events().await;
        let owner = app.owner().await;
        let view = |who: &str, second: u32| json!({
            "event": "$pageview", "distinct_id": who, "timestamp": format!("2026-02-28T10:00:{second:02}Z"),
            "properties": { "$session_id": format!("visit of {who}"), "$pathname": "/" },
        });
        send(&owner, json!([view("ada", 0), view("ada", 30), view("ben", 0)])).await;
        let mut visits = question(json!({ "kind": "bounce_rate" }));
        visits["series"] = json!([
            { "event": "$pageview", "measure": { "kind": "bounce_rate" } },
            { "event": "$pageview", "measure": { "kind": "session_duration" } },
        ]);
        let answer = ask(&owner, visits).await;
        assert_eq!(answer["lines"][0]["values"], json!([null, 0.5, null]), "{answer}");
        assert_eq!(answer["lines"][1]["total"], 15.0);
    }

    async fn who_had_an_event_in_the_last_five_minutes_is_online(app: TestApp) {
        let app = app.with_events().await;
        let owner = app.owner().await;
        send(&owner, json!([
            signed_up("a", "2026-03-02T11:58:00Z", json!({})),
            signed_up("a", "2026-03-02T11:59:00Z", json!({})),
            signed_up("b", "2026-03-02T11:54:00Z", json!({})),
        ])).await;
        let online = owner.get(&owner.path("/insights/online")).await.expect(200);
        assert_eq!(online, json!({ "people": 1, "minutes": 5 }));
        app.clock.advance(TimeDelta::minutes(5));
        assert_eq!(owner.get(&owner.path("/insights/online")).await.expect(200)["people"], 0);
        app.stranger().await.get(&owner.path("/insights/online")).await.expect_problem(404, "not_found");
    }

    async fn nobody_counts_another_projects_events(app: TestApp) {
        let app = app.with_events().await;
        let owner = app.owner().await;
        send(&owner, json!(signed_up("a", "2026-02-28T10:00:00Z", json!({ "plan": "pro" })))).await;
        let stranger = app.stranger().await;
        let mut everything = question(json!({ "kind": "count" }));
        everything["breakdown"] = json!({ "property": "plan" });
        // A filter that would hold for every row, were it not for the project.
        everything["filter"] = json!({ "or": [
            { "property": "plan", "operator": "is_set" },
            { "property": "plan", "operator": "is_not_set" },
        ] });
        let answer = ask(&stranger, everything.clone()).await;
        assert_eq!(answer["lines"], json!([]), "{answer}");
        stranger.post(&owner.path("/insights/run"), everything).await.expect_problem(404, "not_found");
    }

    async fn an_answer_that_may_be_old_comes_from_the_cache(app: TestApp) {
        let app = app.with_events().await;
        let owner = app.owner().await;
        send(&owner, json!([signed_up("a", "2026-02-28T10:00:00Z", json!({ "price": 0.1 })),
            signed_up("b", "2026-02-28T10:00:00Z", json!({ "price": 0.2 }))])).await;
        let mut total = question(json!({ "kind": "sum", "property": "price" }));
        let fresh = ask(&owner, total.clone()).await;
        assert_eq!(fresh["cached_at"], Value::Null);
        total["max_age_seconds"] = json!(10);
        let kept_now = ask(&owner, total.clone()).await;
        assert_eq!(kept_now["cached_at"], Value::Null, "only answers to such questions are kept");

        send(&owner, json!(signed_up("c", "2026-02-28T10:00:00Z", json!({ "price": 5 })))).await;
        app.clock.advance(TimeDelta::seconds(10));
        let again = ask(&owner, total.clone()).await;
        assert_eq!(again["cached_at"], "2026-03-02T12:00:00Z");
        assert_eq!(again["lines"], kept_now["lines"]);

        let asks_otherwise = |change: &dyn Fn(&mut Value)| {
            let mut other = total.clone();
            change(&mut other);
            other
        };
        for other in [
            asks_otherwise(&|question| question["max_age_seconds"] = json!(9)),
            asks_otherwise(&|question| question["max_age_seconds"] = json!(0)),
            asks_otherwise(&|question| question["series"][0]["name"] = json!("Revenue")),
            asks_otherwise(&|question| question["filter"] =
                json!({ "property": "price", "operator": "is_set" })),
        ] {
            let answer = ask(&owner, other).await;
            assert_eq!(answer["cached_at"], Value::Null, "{answer}");
            assert_eq!(answer["lines"][0]["total"], 5.3, "{answer}");
        }
        for wrong in [json!(-1), json!(3601), json!("10"), json!(1.5)] {
            let answer = owner
                .post(&owner.path("/insights/run"), asks_otherwise(&|question| question["max_age_seconds"] = wrong.clone()))
                .await;
            assert_eq!(answer.expect_problem(422, "validation_failed")["errors"][0]["field"], "max_age_seconds");
        }
    }

    async fn a_kept_answer_is_nobody_elses(app: TestApp) {
        let app = app.with_events().await;
        let owner = app.owner().await;
        send(&owner, json!(signed_up("a", "2026-02-28T10:00:00Z", json!({})))).await;
        let mut question = question(json!({ "kind": "count" }));
        question["max_age_seconds"] = json!(3600);
        ask(&owner, question.clone()).await;
        let stranger = app.stranger().await;
        let theirs = ask(&stranger, question.clone()).await;
        assert_eq!(theirs["cached_at"], Value::Null);
        assert_eq!(theirs["lines"][0]["total"], 0.0, "{theirs}");
        stranger.post(&owner.path("/insights/run"), question.clone()).await.expect_problem(404, "not_found");
        // Another zone cuts days elsewhere.
        owner.patch(&owner.path(""), json!({ "time_zone": "Asia/Kolkata" })).await.expect(200);
        assert_eq!(ask(&owner, question).await["cached_at"], Value::Null);
    }

    async fn a_mistake_is_named_with_its_place(app: TestApp) {
        let app = app.with_events().await;
        let viewer = app.member(Role::Viewer).await;
        let run = viewer.path("/insights/run");
        let field = |problem: &Value| problem["errors"][0]["field"].as_str().unwrap_or_default().to_owned();

        let unknown_kind = viewer.post(&run, json!({ "kind": "horoscope" })).await;
        assert_eq!(field(&unknown_kind.expect_problem(422, "validation_failed")), "kind");

        let mut misspelt = question(json!({ "kind": "count" }));
        misspelt["series"][0]["filter"] = json!({ "and": [{ "property": "plan", "operator": "equals" }] });
        let answer = viewer.post(&run, misspelt).await.expect_problem(422, "validation_failed");
        assert_eq!(field(&answer), "series[0].filter.and[0].operator", "{answer}");

        let mut bad_pattern = question(json!({ "kind": "count" }));
        bad_pattern["filter"] = json!({ "property": "plan", "operator": "matches", "values": ["("] });
        let answer = viewer.post(&run, bad_pattern).await.expect_problem(422, "validation_failed");
        assert_eq!(field(&answer), "filter.values[0]");

        let mut backwards = question(json!({ "kind": "count" }));
        backwards["range"] = json!({ "kind": "dates", "from": "2026-03-02", "to": "2026-03-01" });
        viewer.post(&run, backwards).await.expect_problem(422, "validation_failed");
    }

    async fn values_are_data_not_sql(app: TestApp) {
        let app = app.with_events().await;
        let owner = app.owner().await;
        let hostile = "'; drop table events; --\\' {project:UUID} \t\n";
        send(&owner, json!([
            signed_up("a", "2026-02-28T10:00:00Z", json!({ hostile: hostile })),
            signed_up("b", "2026-02-28T10:00:00Z", json!({ "plan": "pro" })),
        ])).await;
        let mut question = question(json!({ "kind": "count" }));
        question["filter"] = json!({ "property": hostile, "operator": "is", "values": [hostile] });
        question["breakdown"] = json!({ "property": hostile });
        let answer = ask(&owner, question).await;
        assert_eq!(answer["lines"][0]["total"], 1.0, "{answer}");
        assert_eq!(answer["lines"][0]["breakdown"], json!({ "kind": "value", "value": hostile }));
    }
}
