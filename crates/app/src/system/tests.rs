//! Settings, the log and the record of use, as programs meet them.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{Line, LogQueue, activity, logs, registry, service};
use crate::{
    Role,
    system::{SystemSettings, settings},
    testing::{TestApp, app_tests},
};

fn line(app: &TestApp, message: &str) -> Line {
    let fields = json!({ "error": "broken", "api_token": "t0p" }).as_object().cloned().unwrap_or_default();
    let target = "app::tenancy::service".to_owned();
    Line { at: app.clock.now(), target, level: "error", message: message.to_owned(), fields }
}

#[test]
fn every_setting_is_declared_once_and_its_default_is_allowed() {
    let Value::Object(fields) = serde_json::to_value(SystemSettings::default()).expect("plain data") else { panic!() };
    let mut declared: Vec<_> = registry::DEFINITIONS.iter().map(|definition| definition.key).collect();
    declared.sort_unstable();
    let mut fields: Vec<_> = fields.keys().map(String::as_str).collect();
    fields.sort_unstable();
    assert_eq!(declared, fields);
    for definition in &registry::DEFINITIONS {
        let default = definition.default_value();
        assert_eq!(definition.check(&default), Ok(default), "{}", definition.key);
    }
}

app_tests! {
    async fn an_admin_changes_a_setting_and_everybody_sees_it_within_a_second(app: TestApp) {
        let owner = app.owner().await;
        let other_server = app.restart().await;
        assert_eq!(settings(&other_server.app).await.query_timeout_seconds, 30);

        let changed = owner.patch("/settings/query_timeout_seconds", json!({ "value": 5 })).await.expect(200);
        assert_eq!((&changed["value"], &changed["default"], &changed["unit"]), (&json!(5), &json!(30), &json!("seconds")));
        assert_eq!(settings(&app.app).await.query_timeout_seconds, 5, "at once where it was changed");
        app.clock.advance(TimeDelta::milliseconds(900));
        assert_eq!(settings(&other_server.app).await.query_timeout_seconds, 5, "soon elsewhere");

        let trail = owner.get("/audit_logs?action=setting.update").await.expect(200);
        let row = &trail["items"][0];
        assert_eq!(row["old_values"], json!({ "query_timeout_seconds": 30 }));
        assert_eq!(row["new_values"], json!({ "query_timeout_seconds": 5 }));

        let reset = owner.delete("/settings/query_timeout_seconds").await.expect(200);
        assert_eq!(reset["value"], 30);
        assert_eq!(settings(&app.app).await.query_timeout_seconds, 30);
    }

    async fn a_value_that_is_not_allowed_is_refused_with_the_reason(app: TestApp) {
        let owner = app.owner().await;
        for (key, value) in [
            ("query_timeout_seconds", json!(0)), ("query_timeout_seconds", json!(3.5)), ("query_timeout_seconds", json!("30")),
            ("enable_public_dashboards", json!("yes")), ("enable_public_dashboards", json!(null)), ("instance_name", json!(" ")),
            ("allowed_email_domains", json!("example.com")), ("allowed_email_domains", json!(["example"])),
            ("allowed_email_domains", json!(["a@example.com"])),
        ] {
            let answer = owner.patch(&format!("/settings/{key}"), json!({ "value": value })).await;
            let problem = answer.expect_problem(422, "validation_failed");
            assert_eq!(problem["errors"][0]["field"], "value", "{key}");
        }
        let body = json!({ "value": 1, "is_public": true });
        owner.patch("/settings/query_timeout_seconds", body).await.expect_problem(422, "validation_failed");
        owner.patch("/settings/nothing", json!({ "value": 1 })).await.expect_problem(404, "not_found");
        let body = json!({ "value": [" Example.COM", "example.com", "müller.example"] });
        let domains = owner.patch("/settings/allowed_email_domains", body).await.expect(200);
        assert_eq!(domains["value"], json!(["example.com", "müller.example"]));
    }

    async fn nobody_but_an_admin_reads_settings_and_the_trail_tells_who_tried(app: TestApp) {
        let owner = app.owner().await;
        let member = app.member(Role::Admin).await;
        for path in ["/settings", "/settings/instance_name", "/system_logs", "/audit_logs", "/activity"] {
            member.get(path).await.expect_problem(403, "admin_required");
            app.nobody().get(path).await.expect_problem(401, "not_signed_in");
        }
        let public = app.nobody().get("/settings/public").await.expect(200);
        let mut keys: Vec<_> = public.as_object().expect("an object").keys().map(String::as_str).collect();
        let mut expected: Vec<_> =
            registry::DEFINITIONS.iter().filter(|one| one.is_public).map(|one| one.key).collect();
        keys.sort_unstable();
        expected.sort_unstable();
        assert_eq!(keys, expected);

        let mut refusals = Value::Null;
        // Refusals are written beside the request.
        for _ in 0..100 {
            refusals = owner.get("/audit_logs?action=access.refused").await.expect(200);
            if refusals["items"].as_array().is_some_and(|items| items.len() >= 5) {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        let operations: Vec<_> =
            refusals["items"].as_array().expect("rows").iter().map(|row| row["details"]["operation"].clone()).collect();
        assert!(operations.contains(&json!("GET /api/v1/settings/{key}")), "{operations:?}");
        assert_eq!(refusals["items"][0]["user"]["email"], "admin@example.com");
    }

    async fn the_first_start_writes_a_row_for_each_setting(app: TestApp) {
        let background = service::start(&app.app, LogQueue::default()).await.expect("a start");
        background.stop(&app.app, &LogQueue::default()).await;
        let rows = crate::system::store::settings(app.app.db()).await.expect("rows");
        assert_eq!(rows.len(), registry::DEFINITIONS.len());
        let row = rows.iter().find(|row| row.setting_key == "session_timeout_minutes").expect("a row");
        assert_eq!((&row.setting_value, row.is_public, row.updated_by), (&json!(43_200), false, None));
    }

    async fn a_shortened_session_timeout_reaches_sessions_when_they_are_next_used(app: TestApp) {
        let owner = app.owner().await;
        let member = app.member(Role::Viewer).await;
        owner.patch("/settings/session_timeout_minutes", json!({ "value": 10 })).await.expect(200);
        member.get("/me").await.expect(200);
        app.clock.advance(TimeDelta::minutes(11));
        member.get("/me").await.expect_problem(401, "not_signed_in");
    }

    async fn warnings_are_written_with_secrets_masked_and_admins_find_them(app: TestApp) {
        let owner = app.owner().await;
        let queue = LogQueue::default();
        queue.push(line(&app, "disk is 100% full\0 at postgres://me:geheim@db:5432/x"));
        app.clock.advance(TimeDelta::seconds(1));
        queue.push(Line { level: "warn", target: "collector::writer".to_owned(), ..line(&app, "slow") });
        logs::write(&app.app, &queue).await;

        let all = owner.get("/system_logs").await.expect(200);
        assert_eq!(all["items"].as_array().map(Vec::len), Some(2));
        assert_eq!((&all["items"][0]["component"], &all["items"][0]["level"]), (&json!("collector"), &json!("warn")));
        for query in ["level=error", "component=tenancy", "text=100%25", "text=DISK"] {
            let found = owner.get(&format!("/system_logs?{query}")).await.expect(200);
            assert_eq!(found["items"].as_array().map(Vec::len), Some(1), "{query}");
            assert_eq!(found["items"][0]["component"], "tenancy");
            assert_eq!(found["items"][0]["details"]["api_token"], "********");
            assert_eq!(found["items"][0]["message"], "disk is 100% full\u{fffd} at postgres://me:********@db:5432/x");
            assert_eq!(found["items"][0]["details"]["error"], "broken");
        }
        assert_eq!(owner.get("/system_logs?text=1_0").await.expect(200)["items"], json!([]), "a sign, not a pattern");
        let page = owner.get("/system_logs?limit=1").await.expect(200);
        let cursor = page["next_cursor"].as_str().expect("another page");
        let next = owner.get(&format!("/system_logs?limit=1&cursor={cursor}")).await.expect(200);
        assert_eq!(next["items"][0]["component"], "tenancy");
        assert_eq!(owner.get("/system_logs/components").await.expect(200)["items"], json!(["collector", "tenancy"]));

        app.clock.advance(TimeDelta::days(31));
        service::clean(&app.app).await;
        let owner = app.owner().await;
        assert_eq!(owner.get("/system_logs").await.expect(200)["items"], json!([]));
    }

    async fn lines_that_find_no_room_are_counted_in_one_line(app: TestApp) {
        let owner = app.owner().await;
        let queue = LogQueue::default();
        for _ in 0..1_003 {
            queue.push(line(&app, "again"));
        }
        assert_eq!(queue.waiting().len(), 1_000);
        logs::write(&app.app, &queue).await;
        let lines = owner.get("/system_logs?component=system").await.expect(200);
        assert_eq!(lines["items"][0]["details"]["lines"], 3);
        assert!(queue.waiting().is_empty());
    }

    async fn what_people_use_is_recorded_and_what_they_repeat_counts_once(app: TestApp) {
        let app = app.with_events().await;
        let owner = app.owner().await;
        let viewer = app.member(Role::Viewer).await;
        owner.get(&owner.path("")).await.expect(200);
        owner.get(&owner.path("")).await.expect(200);
        viewer.patch(&owner.path(""), json!({ "name": "x" })).await.expect(403);
        app.nobody().get("/instance").await.expect(200);
        activity::write(&app.app).await;

        let list = owner.get("/activity?activity_type=get_project").await.expect(200);
        let items = list["items"].as_array().expect("rows");
        assert_eq!(items.len(), 1, "{list}");
        assert_eq!((&items[0]["resource_type"], &items[0]["resource_id"]), (&json!("project"), &json!(owner.project())));
        assert!(items[0]["organization_id"].is_string());
        let refused = owner.get("/activity?activity_type=update_project").await.expect(200);
        assert_eq!(refused["items"], json!([]), "what was refused was not done");
        let own = viewer.get("/me/activity").await.expect(200);
        assert!(own["items"].as_array().expect("rows").iter().all(|row| row["activity_type"] == "me"), "{own}");

        app.clock.advance(TimeDelta::days(400));
        service::clean(&app.app).await;
        let mut left = Value::Null;
        for _ in 0..100 {
            left = app.owner().await.get("/activity").await.expect(200)["items"].clone();
            if left == json!([]) {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("still there: {left}");
    }

    async fn nothing_waits_for_an_analytics_store_that_is_away(app: TestApp) {
        let owner = app.owner().await;
        owner.get("/me").await.expect(200);
        activity::write(&app.app).await;
        owner.get("/me").await.expect(200);
        owner.get("/activity").await.expect_problem(503, "analytics_unavailable");
    }
}
