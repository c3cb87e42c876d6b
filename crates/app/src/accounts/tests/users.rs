//! All accounts, for who looks after the instance.

use serde_json::json;

use super::{OWNER, try_sign_in};
use crate::{
    Role,
    testing::{PASSWORD, TestApp, app_tests},
};

app_tests! {
    async fn only_admins_of_the_instance_see_and_change_accounts(app: TestApp) {
        let owner = app.owner().await;
        let viewer = app.member(Role::Viewer).await;
        let list = owner.get("/users?search=VIEWER").await.expect(200);
        let id = list["items"][0]["id"].as_str().expect("an id").to_owned();
        assert_eq!(list["items"].as_array().map(Vec::len), Some(1));
        viewer.get("/users").await.expect_problem(403, "admin_required");
        viewer.patch(&format!("/users/{id}"), json!({ "is_admin": true })).await.expect_problem(403, "admin_required");
        viewer.post("/users", json!({ "email": "eve@example.com" })).await.expect_problem(403, "admin_required");
        assert_eq!(owner.get("/users?search=%25").await.expect(200)["items"], json!([]));
        let first = owner.get("/users?limit=1").await.expect(200);
        let cursor = first["next_cursor"].as_str().expect("a second page");
        let second = owner.get(&format!("/users?limit=1&cursor={cursor}")).await.expect(200);
        assert_ne!(first["items"][0]["id"], second["items"][0]["id"]);
    }

    async fn who_is_deactivated_is_signed_out_at_once(app: TestApp) {
        let owner = app.owner().await;
        let viewer = app.member(Role::Viewer).await;
        viewer.get("/me").await.expect(200);
        let list = owner.get("/users?search=viewer").await.expect(200);
        let path = format!("/users/{}", list["items"][0]["id"].as_str().expect("an id"));
        owner.patch(&path, json!({ "is_active": false })).await.expect(200);
        viewer.get("/me").await.expect_problem(401, "not_signed_in");
        try_sign_in(&app, "viewer@example.com", PASSWORD).await.expect_problem(401, "credentials_wrong");
        owner.patch(&path, json!({ "is_active": true })).await.expect(200);
        let viewer = app.sign_in("viewer@example.com").await;
        owner.delete(&format!("{path}/sessions")).await.expect(204);
        viewer.get("/me").await.expect_problem(401, "not_signed_in");
    }

    async fn the_last_admin_stays(app: TestApp) {
        let owner = app.owner().await;
        let list = owner.get(&format!("/users?search={OWNER}")).await.expect(200);
        let path = format!("/users/{}", list["items"][0]["id"].as_str().expect("an id"));
        for change in [json!({ "is_admin": false }), json!({ "is_active": false })] {
            owner.patch(&path, change).await.expect_problem(409, "last_admin");
        }
        let made = owner.post("/users", json!({ "email": "eve@example.com", "is_admin": true })).await.expect(201);
        assert_eq!(made["is_admin"], true);
        owner.patch(&path, json!({ "is_admin": false })).await.expect(200);
        owner.get("/users").await.expect_problem(403, "admin_required");
    }

    async fn admins_correct_names_and_see_what_is_not_in_the_row(app: TestApp) {
        let owner = app.owner().await;
        app.member(Role::Viewer).await;
        let list = owner.get("/users?search=viewer").await.expect(200);
        assert_eq!(list["items"][0]["has_second_factor"], false);
        let path = format!("/users/{}", list["items"][0]["id"].as_str().expect("an id"));
        let changed = owner.patch(&path, json!({ "first_name": " Grace ", "last_name": "Hopper" })).await.expect(200);
        assert_eq!((&changed["first_name"], &changed["last_name"]), (&json!("Grace"), &json!("Hopper")));
        assert_eq!(owner.get("/users?search=grace+hop").await.expect(200)["items"][0]["id"], changed["id"]);
        let long = json!({ "last_name": "x".repeat(101) });
        owner.patch(&path, long).await.expect_problem(422, "validation_failed");
        let log = owner.get("/audit_logs?action=user.update").await.expect(200);
        assert_eq!(log["items"].as_array().map(Vec::len), Some(1));
        assert_eq!(log["items"][0]["new_values"], json!({ "first_name": "Grace", "last_name": "Hopper" }));
    }

    async fn who_looks_at_the_instance_was_refused_nothing(app: TestApp) {
        let owner = app.owner().await;
        let viewer = app.member(Role::Viewer).await;
        assert_eq!(viewer.get("/instance").await.expect(200)["mail_folder"], json!(null));
        viewer.get("/users").await.expect_problem(403, "admin_required");
        let mut rows = json!([]);
        // Refusals are written beside the request.
        for _ in 0..100 {
            rows = owner.get("/audit_logs?action=access.refused").await.expect(200)["items"].clone();
            if rows != json!([]) {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        let told: Vec<_> = rows.as_array().expect("rows").iter().map(|row| &row["details"]["operation"]).collect();
        assert_eq!(told, [&json!("GET /api/v1/users")]);
    }

    async fn who_is_given_an_account_chooses_the_password(app: TestApp) {
        let owner = app.owner().await;
        owner.post("/users", json!({ "email": "eve@elsewhere.example", "first_name": "Eve" })).await.expect(201);
        owner.post("/users", json!({ "email": "EVE@elsewhere.example" })).await.expect_problem(409, "email_taken");
        try_sign_in(&app, "eve@elsewhere.example", PASSWORD).await.expect_problem(401, "credentials_wrong");
        let token = app.mailed_token("eve@elsewhere.example").await;
        app.clock.advance(chrono::TimeDelta::days(6));
        let reset = json!({ "token": token, "password": PASSWORD });
        app.nobody().post("/password_resets/confirm", reset).await.expect(204);
        try_sign_in(&app, "eve@elsewhere.example", PASSWORD).await.expect(201);
    }
}
