//! What people say about themselves.

use axum::{
    body::Body,
    http::{Method, Request},
};
use serde_json::{Value, json};

use super::{OWNER, try_sign_in};
use crate::testing::{Answer, Caller, PASSWORD, TestApp, app_tests};

async fn upload(caller: &Caller, bytes: Vec<u8>) -> Answer {
    let request = Request::builder().method(Method::PUT).uri("/api/v1/me/avatar").header("content-type", "image/png");
    caller.send(request.body(Body::from(bytes)).expect("a request")).await
}

/// The head of a PNG of this size: all that is looked at.
fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    bytes.extend(width.to_be_bytes());
    bytes.extend(height.to_be_bytes());
    bytes.extend([8, 6, 0, 0, 0, 0, 0, 0, 0]);
    bytes
}

app_tests! {
    async fn names_zone_and_username_change(app: TestApp) {
        let owner = app.owner().await;
        let change = json!({ "first_name": " Ada ", "last_name": "King", "username": "ada.k", "timezone": "Europe/London" });
        let profile = owner.patch("/me/profile", change).await.expect(200);
        assert_eq!((&profile["first_name"], &profile["username"]), (&json!("Ada"), &json!("ada.k")));
        try_sign_in(&app, "Ada.K", PASSWORD).await.expect(201);
        let cleared = owner.patch("/me/profile", json!({ "username": null, "timezone": null })).await.expect(200);
        assert_eq!((&cleared["username"], &cleared["timezone"], &cleared["last_name"]), (&Value::Null, &Value::Null, &json!("King")));
        try_sign_in(&app, "ada.k", PASSWORD).await.expect_problem(401, "credentials_wrong");
        for (field, value) in [("username", "ab"), ("username", "a@b.example"), ("timezone", "Mars/Base"), ("first_name", "a\nb")] {
            let problem = owner.patch("/me/profile", json!({ field: value })).await.expect_problem(422, "validation_failed");
            assert_eq!(problem["errors"][0]["field"], field);
        }
        let stranger = app.stranger().await;
        owner.patch("/me/profile", json!({ "username": "ada.k" })).await.expect(200);
        stranger.patch("/me/profile", json!({ "username": "ada.k" })).await.expect_problem(409, "username_taken");
    }

    // Attack 22: nobody makes themselves an admin, nor somebody else.
    async fn a_profile_holds_no_rights(app: TestApp) {
        let stranger = app.stranger().await;
        for field in ["is_admin", "is_active", "email", "email_verified", "id", "password_hash", "auth_provider"] {
            let problem = stranger.patch("/me/profile", json!({ field: true })).await.expect_problem(422, "validation_failed");
            assert_eq!(problem["errors"][0]["field"], field);
        }
        assert_eq!(stranger.get("/me/profile").await.expect(200)["is_admin"], false);
    }

    async fn a_new_address_counts_once_it_is_confirmed(app: TestApp) {
        let owner = app.owner().await;
        let change = |email: &str, password: &str| json!({ "email": email, "password": password });
        owner.post("/me/email", change("ada@radix-int.com", "wrong password")).await.expect(422);
        owner.post("/me/email", change("ada@elsewhere.example", PASSWORD)).await.expect(422);
        owner.post("/me/email", change("ada@radix-int.com", PASSWORD)).await.expect(202);
        assert_eq!(owner.get("/me/profile").await.expect(200)["pending_email"], "ada@radix-int.com");
        try_sign_in(&app, "ada@radix-int.com", PASSWORD).await.expect_problem(401, "credentials_wrong");

        let token = app.mailed_token("ada@radix-int.com").await;
        app.nobody().post("/accounts/verification", json!({ "token": token })).await.expect(204);

        try_sign_in(&app, "ada@radix-int.com", PASSWORD).await.expect(201);
        try_sign_in(&app, OWNER, PASSWORD).await.expect_problem(401, "credentials_wrong");
        assert_eq!(app.mails(OWNER).await.last().expect("a mail").subject, "Your e-mail address was changed");
        let again = app.nobody().post("/accounts/verification", json!({ "token": token })).await;
        again.expect_problem(403, "link_invalid");
    }

    // Attack 28: nor does a change of address tell who has an account.
    async fn an_address_of_somebody_else_looks_the_same_and_never_changes_hands(app: TestApp) {
        let owner = app.owner().await;
        let viewer = app.member(crate::Role::Viewer).await;
        let change = json!({ "email": OWNER, "password": PASSWORD });
        viewer.post("/me/email", change).await.expect(202);
        assert_eq!(app.mails(OWNER).await[0].subject, "You already have an account");
        owner.get("/me").await.expect(200);
    }

    async fn only_pictures_are_pictures(app: TestApp) {
        let owner = app.owner().await;
        let url = upload(&owner, png(64, 64)).await.expect(200)["avatar_url"].as_str().expect("a URL").to_owned();
        let path = url.trim_start_matches("/api/v1");
        let picture = app.stranger().await.get(path).await;
        assert_eq!((picture.header("content-type"), &picture.body), (Some("image/png"), &png(64, 64)));
        assert_eq!(picture.header("x-content-type-options"), Some("nosniff"));
        assert!(picture.header("content-security-policy").is_some_and(|policy| policy.contains("sandbox")));
        app.nobody().get(path).await.expect_problem(401, "not_signed_in");
        let svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".to_vec();
        let refused = [svg, b"<html><script>alert(1)</script>".to_vec(), b"GIF89a\x01\0\x01\0".to_vec(), vec![], png(0, 4), png(9000, 4)];
        for bytes in refused {
            upload(&owner, bytes).await.expect_problem(422, "validation_failed");
        }
        let mut large = png(64, 64);
        large.resize(256 * 1024 + 1, 0);
        upload(&owner, large).await.expect_problem(413, "body_too_large");
        let second = upload(&owner, png(32, 32)).await.expect(200)["avatar_url"].clone();
        assert_ne!(second, json!(url));
        owner.get(path).await.expect_problem(404, "not_found");
        owner.delete("/me/avatar").await.expect(204);
        assert_eq!(owner.get("/me/profile").await.expect(200)["avatar_url"], Value::Null);
    }

    async fn preferences_are_kept_for_each_person(app: TestApp) {
        let owner = app.owner().await;
        let path = "/me/preferences/home.range";
        owner.put(path, json!({ "value": { "days": 7 } })).await.expect(200);
        owner.put(path, json!({ "value": { "days": 30 } })).await.expect(200);
        assert_eq!(owner.get(path).await.expect(200)["value"], json!({ "days": 30 }));
        app.stranger().await.get(path).await.expect_problem(404, "not_found");
        assert_eq!(owner.get("/me/preferences").await.expect(200)["items"].as_array().map(Vec::len), Some(1));
        owner.put(path, json!({ "value": "x".repeat(17_000) })).await.expect_problem(422, "validation_failed");
        owner.put("/me/preferences/a%20b", json!({ "value": 1 })).await.expect_problem(422, "validation_failed");
        owner.put(path, json!({ "value": "a\u{0}b" })).await.expect_problem(422, "validation_failed");
        owner.delete(path).await.expect(204);
        owner.delete(path).await.expect_problem(404, "not_found");
    }

    async fn who_is_needed_can_not_leave_and_others_can(app: TestApp) {
        let owner = app.owner().await;
        let leave = json!({ "password": PASSWORD });
        owner.post("/me/deactivation", leave.clone()).await.expect_problem(409, "last_admin");
        app.stranger().await.post("/me/deactivation", leave.clone()).await.expect_problem(409, "last_owner");
        let viewer = app.member(crate::Role::Viewer).await;
        viewer.post("/me/deactivation", json!({ "password": "wrong password" })).await.expect(422);
        viewer.post("/me/deactivation", leave).await.expect(204);
        viewer.get("/me").await.expect_problem(401, "not_signed_in");
        try_sign_in(&app, "viewer@example.com", PASSWORD).await.expect_problem(401, "credentials_wrong");
    }
}
