//! Rules about rows hold for everything that reads events.

use axum::http::Method;
use proptest::{
    prelude::*,
    strategy::{Strategy, ValueTree},
    test_runner::TestRunner,
};
use serde_json::{Value, json};

use crate::{
    Role,
    tenancy::{Action, Resource},
    testing::{Caller, TestApp, app_tests, request, with_header},
};

/// Two people in the EU, three in the US, one nowhere; the tests' clock stands at noon of 2 March 2026, UTC.
async fn send(owner: &Caller) {
    let event = |who: &str, region: Value, plan: &str, country: &str| {
        let mut properties = json!({ "region": region, "plan": plan, "price": who.len() });
        properties[format!("only-{country}")] = json!("x");
        json!({ "event": format!("seen in {country}"), "distinct_id": who, "timestamp": "2026-02-28T10:00:00Z",
            "properties": properties })
    };
    let events = json!([
        event("a", json!("EU"), "pro", "EU"),
        event("bb", json!("EU"), "free", "EU"),
        event("ccc", json!("US"), "pro", "US"),
        event("dddd", json!("US"), "team", "US"),
        event("eeeee", json!("US"), "team", "US"),
        event("ffffff", json!(null), "nowhere", "XX"),
    ]);
    let key = owner.key().await;
    let request = with_header(request(Method::POST, "/api/v1/events", Some(events)), "x-api-key", &key);
    let verdicts = owner.app.send(request).await.expect(200);
    assert_eq!(verdicts["rejected"], 0, "{verdicts}");
}

/// Somebody whose one role may read everything, on the rows that these rules let through.
async fn limited(owner: &Caller, name: &str, rules: Value) -> Caller {
    let caller = owner.app.colleague(name).await;
    give(
        owner,
        &caller,
        json!({ "name": format!("Role of {name}"), "row_rules": rules, "permissions": [
        { "resource": "events", "action": "view" }, { "resource": "insights", "action": "run" },
    ] }),
    )
    .await;
    caller
}

async fn give(owner: &Caller, to: &Caller, role: Value) {
    let me = owner.get("/me").await.expect(200);
    let organization = format!("/organizations/{}", me["organizations"][0]["id"].as_str().expect("an id"));
    let role = owner.post(&format!("{organization}/roles"), role).await.expect(201);
    let user = to.get("/me").await.expect(200)["user"]["id"].clone();
    let new = json!({ "user_id": user, "role_id": role["id"], "project_id": owner.project() });
    owner.post(&format!("{organization}/role_assignments"), new).await.expect(201);
}

fn in_region(values: &[&str]) -> Value {
    json!([{ "property": "region", "allowed_values": values }])
}

/// The names or values of a list, with their counts.
async fn counts(caller: &Caller, path: &str, name: &str) -> Vec<(String, u64)> {
    let listed = caller.get(&caller.path(path)).await.expect(200);
    let items = listed["items"].as_array().expect("items").iter();
    let counted = items.filter(|item| item["count"].is_u64());
    counted
        .map(|item| (item[name].as_str().unwrap_or_default().to_owned(), item["count"].as_u64().unwrap_or(0)))
        .collect()
}

async fn ask(caller: &Caller, part: Value) -> Value {
    let mut question = json!({ "kind": "trends", "series": [{ "measure": { "kind": "count" } }],
        "range": { "kind": "dates", "from": "2026-02-27", "to": "2026-03-01" }, "interval": "day" });
    let (Value::Object(whole), Value::Object(part)) = (&mut question, part) else { panic!("an object is needed") };
    whole.extend(part);
    caller.post(&caller.path("/insights/run"), question).await.expect(200)
}

fn totals(answer: &Value) -> Vec<(Value, Value)> {
    let lines = answer["lines"].as_array().expect("lines").iter();
    lines.map(|line| (line["breakdown"]["value"].clone(), line["total"].clone())).collect()
}

/// Counts the events that [`send`] sends and these rules let through.
fn seen_by(rows: &Value) -> usize {
    let events = [("EU", "pro"), ("EU", "free"), ("US", "pro"), ("US", "team"), ("US", "team"), ("", "nowhere")];
    let Some(lists) = rows.as_array() else { return events.len() };
    let keeps = |rule: &Value, (region, plan): (&str, &str)| {
        let value = if rule["property"] == "region" { region } else { plan };
        rule["allowed_values"].as_array().is_some_and(|values| values.contains(&json!(value)))
    };
    let shows = |list: &Value, event| list.as_array().is_some_and(|rules| rules.iter().all(|rule| keeps(rule, event)));
    events.into_iter().filter(|event| lists.iter().any(|list| shows(list, *event))).count()
}

app_tests! {
    async fn a_limited_person_sees_their_rows_in_lists(app: TestApp) {
        let app = app.with_events().await;
        let owner = app.owner().await;
        send(&owner).await;
        let ada = limited(&owner, "ada", in_region(&["EU"])).await;

        let events = ada.get(&ada.path("/events")).await.expect(200);
        let mut seen: Vec<&str> = events["items"].as_array().expect("items").iter().filter_map(|event| event["user_id"].as_str()).collect();
        seen.sort_unstable();
        assert_eq!(seen, ["a", "bb"]);
        assert_eq!(ada.get(&ada.path("/events?event=seen%20in%20US")).await.expect(200)["items"], json!([]));
        assert_eq!(counts(&ada, "/catalogue/events", "name").await, [("seen in EU".to_owned(), 2)]);
        let names = counts(&ada, "/catalogue/properties", "name").await;
        assert!(names.contains(&("only-EU".to_owned(), 2)) && !names.iter().any(|(name, _)| name == "only-US"), "{names:?}");
        assert_eq!(counts(&ada, "/catalogue/values?property=plan", "value").await, [("free".to_owned(), 1), ("pro".to_owned(), 1)]);
        assert_eq!(counts(&ada, "/catalogue/values?property=plan&search=team", "value").await, []);
        assert_eq!(counts(&ada, "/catalogue/values?property=$event", "value").await, [("seen in EU".to_owned(), 2)]);
        assert_eq!(counts(&owner, "/catalogue/values?property=plan", "value").await.len(), 4);
    }

    async fn a_limited_person_sees_their_rows_of_what_was_refused(app: TestApp) {
        let app = app.with_events().await;
        let owner = app.owner().await;
        let of = |region: &str| json!({ "event": format!("in {region}"), "properties": { "region": region } });
        let events = json!([of("EU"), of("US"), { "event": "nowhere", "properties": [] }, { "event": "in EU", "x": "EU" }]);
        let request = request(Method::POST, "/api/v1/events?wait=stored", Some(events));
        app.send(with_header(request, "x-api-key", &owner.key().await)).await.expect(200);
        let ada = limited(&owner, "ada", in_region(&["EU"])).await;
        let names = async |caller: &Caller| {
            let listed = caller.get(&caller.path("/rejected_events")).await.expect(200);
            listed["items"].as_array().expect("items").iter().map(|item| item["event_name"].clone()).collect::<Vec<_>>()
        };
        assert_eq!(names(&owner).await.len(), 4);
        assert_eq!(names(&ada).await, ["in EU"]);
        assert_eq!(ada.get(&ada.path("/rejected_events/summary")).await.expect(200)["total"], 1);
        let listed = owner.get(&owner.path("/rejected_events?event=in%20US")).await.expect(200);
        let hidden = format!("/rejected_events/{}", listed["items"][0]["event_id"].as_str().expect("an id"));
        ada.get(&ada.path(&hidden)).await.expect_problem(404, "not_found");
        ada.get(&ada.path("/ingestion_warnings")).await.expect_problem(403, "rows_limited");
        // Nor can they be taken away, or stored, by who does not see them.
        give(&owner, &ada, json!({ "name": "May mend", "row_rules": in_region(&["EU"]), "permissions": [
            { "resource": "events", "action": "view" }, { "resource": "events", "action": "create" },
            { "resource": "events", "action": "edit" }, { "resource": "events", "action": "delete" },
        ] })).await;
        ada.delete(&ada.path(&hidden)).await.expect_problem(404, "not_found");
        let replayed = ada.post(&ada.path("/rejected_events/replay"), json!({ "filter": {}, "patch": { "distinct_id": "a" } })).await;
        assert_eq!(replayed.expect(200)["stored"], 1);
        assert_eq!(ada.delete(&ada.path("/rejected_events?all=true")).await.expect(200)["discarded"], 0);
        assert_eq!(names(&owner).await.len(), 3);
    }

    async fn a_limited_person_sees_their_rows_in_answers(app: TestApp) {
        let app = app.with_events().await;
        let owner = app.owner().await;
        send(&owner).await;
        let ada = limited(&owner, "ada", in_region(&["EU"])).await;

        assert_eq!(ask(&owner, json!({})).await["lines"][0]["total"], 6.0);
        let unique = ask(&ada, json!({ "series": [{ "measure": { "kind": "unique_users" } }] })).await;
        assert_eq!(unique["lines"][0]["total"], 2.0);
        let formula = json!({ "series": [{ "measure": { "kind": "count" } },
            { "measure": { "kind": "sum", "property": "price" } }], "formulas": [{ "expression": "A * 100 + B" }] });
        assert_eq!(ask(&ada, formula).await["lines"][0]["total"], 203.0);
        let breakdown = json!({ "breakdown": { "property": "plan", "limit": 1 } });
        assert_eq!(totals(&ask(&ada, breakdown).await), [(json!("free"), json!(1.0)), (Value::Null, json!(1.0))]);
        // What is asked for can't widen what is seen.
        let everything = json!({ "filter": { "or": [
            { "property": "region", "operator": "is_set" }, { "property": "region", "operator": "is_not_set" }] } });
        assert_eq!(ask(&ada, everything).await["lines"][0]["total"], 2.0);
        let per_series = json!({ "series": [
            { "event": "seen in US", "measure": { "kind": "count" } },
            { "measure": { "kind": "count" }, "filter": { "property": "region", "operator": "is", "values": ["US"] } },
            { "measure": { "kind": "count" } }] });
        let answer = ask(&ada, per_series).await;
        let seen: Vec<_> = answer["lines"].as_array().expect("lines").iter().map(|line| line["total"].clone()).collect();
        assert_eq!(seen, [json!(0.0), json!(0.0), json!(2.0)]);
        let compared = json!({ "range": { "kind": "dates", "from": "2026-03-01", "to": "2026-03-02" }, "compare": "previous_period" });
        let compared = ask(&ada, compared).await;
        assert_eq!(compared["lines"][1]["total"], 2.0, "{compared}");
        let all_time = ask(&ada, json!({ "range": { "kind": "all" } })).await;
        assert_eq!(all_time["lines"][0]["total"], 2.0);
    }

    async fn the_most_permissive_role_wins(app: TestApp) {
        let app = app.with_events().await;
        let owner = app.owner().await;
        send(&owner).await;
        let total = async |caller: &Caller| ask(caller, json!({})).await["lines"][0]["total"].clone();
        let ada = limited(&owner, "ada", in_region(&["EU"])).await;
        let rules = json!([{ "property": "region", "allowed_values": ["US"] }, { "property": "plan", "allowed_values": ["team", "pro"] }]);
        let role = |name: &str, rules: Value| json!({ "name": name, "row_rules": rules,
            "permissions": [{ "resource": "events", "action": "view" }] });
        assert_eq!(total(&ada).await, 2.0);
        give(&owner, &ada, role("United States", rules)).await;
        assert_eq!(total(&ada).await, 5.0);
        // A role that shows no events here lifts nothing.
        app.clock.advance(chrono::TimeDelta::seconds(1));
        let elsewhere = owner.post("/projects", json!({ "name": "Elsewhere" })).await.expect(201);
        give(&owner, &ada, json!({ "name": "Elsewhere", "permissions": [
            { "resource": "events", "action": "view", "conditions": { "projects": [elsewhere["id"]] } },
            { "resource": "folders", "action": "view" }] })).await;
        assert_eq!(total(&ada).await, 5.0);
        give(&owner, &ada, role("All rows", json!([]))).await;
        assert_eq!(total(&ada).await, 6.0);
        let viewer = app.member(Role::Viewer).await;
        assert_eq!(total(&viewer).await, 6.0);
    }

    // Attack 11: of what somebody may do, only what lets them read widens what they see.
    async fn a_role_that_reads_nothing_lifts_no_limit(app: TestApp) {
        let app = app.with_events().await;
        let owner = app.owner().await;
        send(&owner).await;
        let ada = limited(&owner, "ada", in_region(&["EU"])).await;
        let reads = [(Action::View, Resource::Events), (Action::Run, Resource::Insights), (Action::View, Resource::Insights)];
        let others = Resource::all().flat_map(|resource| resource.actions().iter().map(move |action| (*action, resource)));
        let others = others.filter(|right| !reads.contains(right));
        let others: Value = others.map(|(action, resource)| json!({ "resource": resource, "action": action })).collect();
        give(&owner, &ada, json!({ "name": "All but reading", "permissions": others })).await;

        let events = ada.get(&ada.path("/events")).await.expect(200);
        assert_eq!(events["items"].as_array().map(Vec::len), Some(2), "{events}");
        assert_eq!(counts(&ada, "/catalogue/events", "name").await, [("seen in EU".to_owned(), 2)]);
        assert_eq!(counts(&ada, "/catalogue/values?property=plan&search=team", "value").await, []);
        assert_eq!(ask(&ada, json!({})).await["lines"][0]["total"], 2.0);
        ada.get(&ada.path("/ingestion_warnings")).await.expect_problem(403, "rows_limited");
        let rows = |explained: &Value| explained["rows"].clone();
        let in_the_eu = json!([[{ "property": "region", "allowed_values": ["EU"] }]]);
        for asked in ["action=view&resource=events", "action=run&resource=insights"] {
            let explained = ada.get(&ada.path(&format!("/access/explain?{asked}"))).await.expect(200);
            assert_eq!((&explained["allowed"], rows(&explained)), (&json!(true), in_the_eu.clone()), "{asked}");
        }
    }

    async fn each_kind_of_thing_is_seen_as_far_as_its_own_right_reaches(app: TestApp) {
        let app = app.with_events().await;
        let owner = app.owner().await;
        send(&owner).await;
        let role = |name: &str, words: &[(&str, &str)], rules: Value| {
            let permissions: Value = words.iter().map(|(resource, action)| json!({ "resource": resource, "action": action })).collect();
            json!({ "name": name, "permissions": permissions, "row_rules": rules })
        };
        let listed = async |of: &Caller| of.get(&of.path("/events")).await.expect(200)["items"].as_array().map(Vec::len);
        // Answers on all rows show no single event of them.
        let ada = app.colleague("ada").await;
        give(&owner, &ada, role("Sees", &[("events", "view"), ("people", "view")], in_region(&["EU"]))).await;
        give(&owner, &ada, role("Asks", &[("insights", "run")], json!([]))).await;
        assert_eq!((listed(&ada).await, &ask(&ada, json!({})).await["lines"][0]["total"]), (Some(2), &json!(6.0)));
        ada.get(&ada.path("/person_merges")).await.expect_problem(404, "not_found");
        // Who sees all events as they came sees all of them in answers too.
        let bob = app.colleague("bob").await;
        give(&owner, &bob, role("Asks here", &[("insights", "run")], in_region(&["EU"]))).await;
        assert_eq!(ask(&bob, json!({})).await["lines"][0]["total"], 2.0);
        give(&owner, &bob, role("Sees all", &[("events", "view")], json!([]))).await;
        assert_eq!(ask(&bob, json!({})).await["lines"][0]["total"], 6.0);
        // A right to things with some tag is none to a question without it.
        let cleo = app.colleague("cleo").await;
        let tagged = json!({ "name": "Tagged", "permissions": [{ "resource": "insights", "action": "run", "conditions": { "tags": ["public"] } }] });
        give(&owner, &cleo, tagged).await;
        let question = json!({ "kind": "trends", "series": [{ "measure": { "kind": "count" } }],
            "range": { "kind": "last", "count": 7, "unit": "day" }, "interval": "day" });
        cleo.post(&cleo.path("/insights/run"), question).await.expect_problem(403, "permission_required");
        give(&owner, &cleo, role("Asks in the US", &[("insights", "run")], in_region(&["US"]))).await;
        assert_eq!(ask(&cleo, json!({})).await["lines"][0]["total"], 3.0);
        // What may be deleted on all rows is so only where it is seen.
        let dan = app.colleague("dan").await;
        let bad = |region: &str| json!({ "event": format!("bad in {region}"), "properties": { "region": region } });
        let sent = request(Method::POST, "/api/v1/events?wait=stored", Some(json!([bad("EU"), bad("US")])));
        app.send(with_header(sent, "x-api-key", &owner.key().await)).await.expect(200);
        give(&owner, &dan, role("Clears away", &[("events", "delete")], json!([]))).await;
        let all = dan.path("/rejected_events?all=true");
        dan.delete(&all).await.expect_problem(403, "permission_required");
        give(&owner, &dan, role("Sees Europe", &[("events", "view")], in_region(&["EU"]))).await;
        assert_eq!(dan.delete(&all).await.expect(200)["discarded"], 1);
        assert_eq!(owner.get(&owner.path("/rejected_events/summary")).await.expect(200)["total"], 1);
    }

    // What is explained is what is answered, whatever roles come together.
    async fn explanations_and_answers_agree_for_any_roles(app: TestApp) {
        let app = app.with_events().await;
        let owner = app.owner().await;
        send(&owner).await;
        let rights = ["events:view", "events:create", "events:delete", "events:export", "people:view", "insights:run",
            "insights:edit", "dashboards:view", "queries:run", "folders:view", "project:view"];
        let rules = [json!([]), in_region(&["EU"]), in_region(&["US"]), in_region(&["EU", "US"]),
            json!([{ "property": "region", "allowed_values": ["US"] }, { "property": "plan", "allowed_values": ["team"] }])];
        let role = (prop::sample::subsequence(rights.to_vec(), 1..=4), prop::sample::select(rules.to_vec()));
        let roles = prop::collection::vec(role, 1..=3);
        let mut runner = TestRunner::deterministic();
        for number in 0..12 {
            let roles = roles.new_tree(&mut runner).expect("roles").current();
            let person = app.colleague(&format!("person{number}")).await;
            for (index, (words, rules)) in roles.iter().enumerate() {
                let right = |word: &&str| word.split_once(':').map(|(resource, action)| json!({ "resource": resource, "action": action }));
                let permissions: Vec<_> = words.iter().filter_map(right).collect();
                give(&owner, &person, json!({ "name": format!("Role {number}.{index}"), "permissions": permissions, "row_rules": rules })).await;
            }
            let explain = async |asked: &str| {
                let explained = person.get(&person.path(&format!("/access/explain?{asked}"))).await.expect(200);
                (explained["allowed"] == true).then(|| seen_by(&explained["rows"]))
            };
            let listed = person.get(&person.path("/events")).await;
            let listed = listed.status.is_success().then(|| listed.json()["items"].as_array().map_or(0, Vec::len));
            let question = json!({ "kind": "trends", "series": [{ "measure": { "kind": "count" } }],
                "range": { "kind": "dates", "from": "2026-02-27", "to": "2026-03-01" }, "interval": "day" });
            let answer = person.post(&person.path("/insights/run"), question).await;
            let answered = answer.status.is_success().then(|| answer.json()["lines"][0]["total"].as_f64().map_or(0, |total| total as usize));
            assert_eq!(explain("action=view&resource=events").await, listed, "{roles:?}");
            assert_eq!(explain("action=run&resource=insights").await, answered, "{roles:?}");
        }
    }

    // Attack 31: an answer that was kept for who sees all rows is none for who sees some.
    async fn a_kept_answer_keeps_to_the_rows_of_who_asks(app: TestApp) {
        let app = app.with_events().await;
        let owner = app.owner().await;
        send(&owner).await;
        let in_europe = limited(&owner, "europe", in_region(&["EU"])).await;
        let in_america = limited(&owner, "america", in_region(&["US"])).await;
        let kept = json!({ "max_age_seconds": 3600 });
        let all = totals(&ask(&owner, kept.clone()).await);
        let (europe, america) = (totals(&ask(&in_europe, kept.clone()).await), totals(&ask(&in_america, kept.clone()).await));
        assert!(all != europe && all != america && europe != america, "{all:?} {europe:?} {america:?}");
        assert_eq!(europe, totals(&ask(&in_europe, json!({})).await), "the same as a new answer");
        let again = ask(&in_europe, kept).await;
        assert!(again["cached_at"].is_string(), "{again}");
        assert_eq!(totals(&again), europe);
    }

    // Attack 11: what a rule says is data, not SQL; what it can't find it hides.
    async fn rules_are_bound_and_hide_what_they_do_not_know(app: TestApp) {
        let app = app.with_events().await;
        let owner = app.owner().await;
        send(&owner).await;
        let hostile = "EU') or 1=1 or ('' = '\\' {project:UUID} --";
        let rules = [
            json!([{ "property": "region", "allowed_values": [hostile] }]),
            json!([{ "property": hostile, "allowed_values": ["EU"] }]),
            json!([{ "property": "no such property", "allowed_values": ["EU"] }]),
            json!([{ "property": "$country", "allowed_values": ["DE"] }]),
            json!([{ "property": "region", "allowed_values": ["null"] }]),
        ];
        for (number, rules) in rules.into_iter().enumerate() {
            let caller = limited(&owner, &format!("person{number}"), rules.clone()).await;
            let answer = ask(&caller, json!({})).await;
            assert!(answer["lines"].as_array().expect("lines").iter().all(|line| line["total"] == 0.0), "{rules}: {answer}");
            assert_eq!(caller.get(&caller.path("/events")).await.expect(200)["items"], json!([]), "{rules}");
        }
        let by_number = limited(&owner, "by-number", json!([{ "property": "price", "allowed_values": ["3"] }])).await;
        assert_eq!(ask(&by_number, json!({})).await["lines"][0]["total"], 1.0);
        let by_column = limited(&owner, "by-column", json!([{ "property": "$event", "allowed_values": ["seen in US"] }])).await;
        assert_eq!(ask(&by_column, json!({})).await["lines"][0]["total"], 3.0);
    }
}

/// Whoever reads events writes `where {events}` behind `from events`, and [`crate::Scope::events`] fills it in.
#[test]
fn every_question_of_a_request_waits_for_its_turn() {
    let mut wrong = Vec::new();
    let mut folders = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let is_test = path.components().any(|part| part.as_os_str() == "tests") || path.ends_with("tests.rs");
            if path.is_dir() {
                folders.push(path);
            } else if !is_test && !path.ends_with("scope.rs") {
                let text: String =
                    std::fs::read_to_string(&path).expect("a text").split_whitespace().collect::<Vec<_>>().join("");
                if text.contains("scope.app().analytics().rows") || text.contains("scope.app().analytics().stream") {
                    wrong.push(path.display().to_string());
                }
            }
        }
    }
    assert!(wrong.is_empty(), "these ask the analytics store past Scope::ask(): {wrong:?}");
}

#[test]
fn no_statement_reads_events_past_the_rules() {
    let mut wrong = Vec::new();
    let mut folders = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            // What is due to go goes, whoever may see it.
            let erases = path.ends_with("tenancy/erasure.rs");
            // How much a project has taken is counted whole, and told to nobody.
            let counts = path.ends_with("collection/quota.rs");
            let is_test = path.components().any(|part| part.as_os_str() == "tests") || path.ends_with("tests.rs");
            if path.is_dir() {
                folders.push(path);
            } else if !is_test && !erases && !counts {
                let text = std::fs::read_to_string(&path).expect("a text").to_lowercase();
                let reads = text.match_indices("from events").map(|(at, word)| text[at + word.len()..].trim_start());
                let reads = reads.map(|rest| rest.trim_start_matches("_rejected").trim_start());
                let passes_by = reads.filter(|rest| !rest.starts_with("where {events}")).count();
                if passes_by > 0 {
                    wrong.push(format!("{}: {passes_by} statements", path.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "these read events without the condition of Scope::events(): {wrong:?}");
}
