//! The trail as the store has it.

use std::time::Duration;

use metadata_store::transact;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use super::{Actor, Change, Fault, Verdict, record, refused, verify};
use crate::{
    Role,
    testing::{TestApp, app_tests},
};

/// Writes rows numbered 1 to `count`, each about a project of that number.
async fn write(app: &TestApp, count: u128) {
    for number in 1..=count {
        let change = Change::new("project.update")
            .on(uuid::Uuid::from_u128(number))
            .changed(&json!({ "name": "a" }), &json!({ "name": format!("b{number}") }))
            .details(json!({ "name": "=1+1" }));
        let written = transact!(app.app.metadata(), |tx| record(&app.app, tx, &Actor::system(), change.clone()).await);
        written.expect("written");
    }
}

/// Does what the product never does.
async fn tamper(app: &TestApp, statement: &str) {
    app.app.db().execute_unprepared(statement).await.expect("the statement runs");
}

async fn fault(app: &TestApp) -> (i64, Fault) {
    match verify(&app.app).await.expect("the store answers") {
        Verdict::Broken { number, fault } => (number, fault),
        Verdict::Whole { .. } => panic!("nothing was found"),
    }
}

app_tests! {
    async fn changes_at_once_make_one_chain(app: TestApp) {
        let app = app.app.clone();
        let writers: Vec<_> = (0..8_u128).map(|number| {
            let app = app.clone();
            tokio::spawn(async move {
                let actor = Actor::system();
                let change = Change::new("project.update")
                    .on(uuid::Uuid::from_u128(number))
                    .changed(&json!({ "name": "a", "b": 1, "z": [] }), &json!({ "name": "A", "b": 1, "z": [1.5] }))
                    .details(json!({ "password": "open sesame", "why": "é \u{1f600} \"quoted\"" }));
                transact!(app.metadata(), |tx| record(&app, tx, &actor, change.clone()).await)
            })
        }).collect();
        for writer in writers {
            writer.await.expect("no panic").expect("written");
        }
        let rows = crate::audit::store::all(app.db()).await.expect("rows");
        assert_eq!(rows.iter().map(|row| row.number).collect::<Vec<_>>(), (1..=8).collect::<Vec<_>>());
        let mut previous = String::new();
        for row in rows {
            assert_eq!(row.previous_hash, previous);
            assert_eq!(row.hash, crate::audit::record::hash(&row), "what is read back is what was hashed");
            assert_eq!(row.old_values, Some(json!({ "name": "a", "z": [] })), "only what differs");
            assert_eq!(row.details["password"], "********");
            previous = row.hash;
        }
    }

    // What waits is bounded, but a flood must not keep later refusals out.
    async fn after_a_flood_refusals_are_written_again(app: TestApp) {
        let refuse = |action| refused(&app.app, &Actor::system(), Change::new(action));
        (0..1_000).for_each(|_| refuse("session.refused"));
        let rows = async || crate::audit::store::all(app.app.db()).await.expect("rows");
        while rows().await.len() < 64 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        refuse("password.refused");
        while !rows().await.iter().any(|row| row.action == "password.refused") {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert!(rows().await.len() < 1_000, "not all had a place");
    }

    async fn a_whole_chain_is_found_whole(app: TestApp) {
        let empty = verify(&app.app).await.expect("the store answers");
        assert_eq!(empty, Verdict::Whole { rows: 0, hash: String::new() });
        // More than are read at once.
        write(&app, 1_003).await;
        assert!(matches!(verify(&app.app).await, Ok(Verdict::Whole { rows: 1_003, .. })));
    }

    async fn a_changed_value_is_found(app: TestApp) {
        write(&app, 5).await;
        tamper(&app, "update audit_logs set action = 'project.delete' where number = 3").await;
        assert_eq!(fault(&app).await, (3, Fault::Changed));
    }

    async fn a_row_taken_out_of_the_middle_is_found(app: TestApp) {
        write(&app, 5).await;
        tamper(&app, "delete from audit_logs where number = 2").await;
        assert_eq!(fault(&app).await, (2, Fault::Missing));
    }

    async fn a_row_taken_from_the_end_is_found(app: TestApp) {
        write(&app, 5).await;
        tamper(&app, "delete from audit_logs where number = 5").await;
        assert_eq!(fault(&app).await, (5, Fault::Missing));
        tamper(&app, "update audit_heads set number = 4").await;
        assert_eq!(fault(&app).await, (4, Fault::NotTheHead));
    }

    async fn rows_that_change_places_are_found(app: TestApp) {
        write(&app, 5).await;
        tamper(&app, "update audit_logs set number = 100 where number = 2").await;
        tamper(&app, "update audit_logs set number = 2 where number = 4").await;
        tamper(&app, "update audit_logs set number = 4 where number = 100").await;
        assert_eq!(fault(&app).await, (2, Fault::Changed));
    }

    async fn a_row_put_after_the_end_is_found(app: TestApp) {
        write(&app, 5).await;
        tamper(&app, "update audit_heads set number = 4, hash = (select hash from audit_logs where number = 4)").await;
        assert_eq!(fault(&app).await, (5, Fault::Added));
    }

    async fn admins_filter_the_trail_and_read_who_did_it(app: TestApp) {
        let owner = app.owner().await;
        let renamed = owner.patch("/settings/instance_name", json!({ "value": "Ours" })).await.expect(200);
        assert_eq!(renamed["value"], "Ours");
        write(&app, 3).await;
        let me = owner.get("/me").await.expect(200)["user"]["id"].as_str().expect("an id").to_owned();
        for (query, count) in [
            (format!("user={me}&resource_type=setting"), 1), ("action=project.".to_owned(), 3), ("action=project".to_owned(), 0),
            ("action=project.update".to_owned(), 3), ("resource_type=setting".to_owned(), 1),
            (format!("resource_id={}", uuid::Uuid::from_u128(2)), 1),
            ("from=2026-03-02T12:00:00Z&action=project.".to_owned(), 3), ("to=2026-03-02T12:00:00Z".to_owned(), 0),
            (format!("project={}", owner.project()), 0),
        ] {
            let page = owner.get(&format!("/audit_logs?{query}")).await.expect(200);
            assert_eq!(page["items"].as_array().map(Vec::len), Some(count), "{query}");
        }
        let row = &owner.get("/audit_logs?resource_type=setting").await.expect(200)["items"][0];
        assert_eq!(row["user"]["email"], "owner@example.com");
        assert_eq!(row["ip_address"], "192.0.2.1");
        tamper(&app, "update audit_logs set user_id = null where resource_type = 'setting'").await;
        let row = &owner.get("/audit_logs?resource_type=setting").await.expect(200)["items"][0];
        assert_eq!(row["user"], Value::Null);

        let newest = owner.get("/audit_logs?action=project.&limit=2").await.expect(200);
        let cursor = newest["next_cursor"].as_str().expect("another page");
        let rest = owner.get(&format!("/audit_logs?action=project.&limit=2&cursor={cursor}")).await.expect(200);
        assert_eq!(newest["items"][0]["new_values"], json!({ "name": "b3" }));
        assert_eq!(rest["items"][0]["new_values"], json!({ "name": "b1" }));
        assert_eq!(rest["next_cursor"], Value::Null);
        let actions = owner.get("/audit_logs/actions").await.expect(200);
        assert!(actions["items"].as_array().expect("names").contains(&json!("project.update")));
    }

    async fn an_organization_reads_its_own_trail_only(app: TestApp) {
        let owner = app.owner().await;
        let viewer = app.member(Role::Viewer).await;
        let stranger = app.stranger().await;
        viewer.patch(&owner.path(""), json!({ "name": "x" })).await.expect(403);
        let of = |me: &Value| format!("/organizations/{}/audit_logs", me["organizations"][0]["id"].as_str().expect("an id"));
        let ours = of(&owner.get("/me").await.expect(200));
        let theirs = of(&stranger.get("/me").await.expect(200));
        let mut rows = Value::Null;
        for _ in 0..100 {
            rows = owner.get(&format!("{ours}?action=access.refused")).await.expect(200)["items"].clone();
            if rows != json!([]) {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        assert_eq!(rows[0]["details"], json!({ "operation": "PATCH /api/v1/projects/{project}", "needed": "project:edit" }));
        assert_eq!(rows[0]["project_id"], owner.project());
        for path in [ours.clone(), format!("{ours}/actions"), format!("{ours}/export?format=csv")] {
            stranger.get(&path).await.expect_problem(404, "not_found");
            viewer.get(&path).await.expect_problem(403, "organization_role_required");
        }
        owner.get(&theirs).await.expect_problem(404, "not_found");
        let items = stranger.get(&theirs).await.expect(200)["items"].clone();
        assert!(items.as_array().expect("rows").iter().all(|row| row["action"] != "access.refused"), "{items}");
    }

    async fn an_export_has_every_row_and_no_formula(app: TestApp) {
        let owner = app.owner().await;
        write(&app, 1_003).await;
        tamper(&app, "update audit_logs set user_agent = '=cmd|calc', ip_address = '@SUM(1)' where number > 1000").await;
        let answer = owner.get("/audit_logs/export?format=csv&action=project.").await;
        assert_eq!(answer.status.as_u16(), 200);
        assert_eq!(answer.header("content-type"), Some("text/csv; charset=utf-8"));
        let disposition = answer.header("content-disposition");
        assert_eq!(disposition, Some("attachment; filename=\"audit-log-2026-03-02.csv\""));
        let mut reader = csv::Reader::from_reader(answer.body.as_slice());
        let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
        assert_eq!(rows.len(), 1_003);
        assert_eq!((&rows[0][13], &rows[0][14]), ("'@SUM(1)", "'=cmd|calc"));
        assert!(rows.iter().all(|row| row.iter().all(|cell| !cell.starts_with(['=', '+', '-', '@', '\t', '\r']))));

        let answer = owner.get("/audit_logs/export?format=ndjson&action=project.").await;
        assert_eq!(answer.header("content-type"), Some("application/x-ndjson"));
        let rows: Vec<Value> =
            answer.text().lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        assert_eq!(rows.len(), 1_003);
        assert_eq!(rows[0]["user_agent"], "=cmd|calc");
        assert!(rows.windows(2).all(|two| two[0]["number"].as_i64() > two[1]["number"].as_i64()));
        owner.get("/audit_logs/export?format=xlsx").await.expect_problem(400, "query_invalid");
    }
}
