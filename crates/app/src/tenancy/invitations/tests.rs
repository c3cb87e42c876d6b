//! Inviting and accepting, through the API.

use axum::http::Method;
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::{
    Role,
    testing::{Caller, PASSWORD, TestApp, app_tests, organization},
};

fn fresh(name: &str) -> String {
    format!("{name}@example.com")
}

async fn invite(app: &TestApp, owner: &Caller, email: &str) -> (String, String) {
    let path = format!("{}/invitations", organization(owner).await);
    let body = json!({ "email": email, "role": "member",
        "projects": [{ "project_id": owner.project(), "role": "analyst" }] });
    let made = owner.post(&path, body).await.expect(201);
    let token = app.mailed_token(email).await;
    assert!(!made.to_string().contains(&token), "the token is in the mail alone");
    (format!("{path}/{}", made["id"].as_str().expect("an id")), token)
}

fn sign_up() -> Value {
    json!({ "password": PASSWORD, "first_name": "Grace", "last_name": "Hopper" })
}

app_tests! {
    async fn who_has_no_account_gets_one(app: TestApp) {
        let (owner, email) = (app.owner().await, fresh("grace"));
        let (_, token) = invite(&app, &owner, &email).await;
        let seen = app.nobody().get(&format!("/invitations/{token}")).await.expect(200);
        assert_eq!((&seen["organization"], &seen["email"]), (&json!("Analytical Engines"), &json!(email)));
        let path = format!("/invitations/{token}/accept");
        app.nobody().post(&path, json!({})).await.expect_problem(409, "sign_in_first");
        app.nobody().post(&path, json!({ "password": "short" })).await.expect_problem(422, "validation_failed");
        for field in ["email", "role", "is_admin", "organization_id", "projects"] {
            let mut body = sign_up();
            body[field] = json!("x");
            app.nobody().post(&path, body).await.expect_problem(422, "validation_failed");
        }
        let answer = app.nobody().post(&path, sign_up()).await;
        assert!(answer.header("set-cookie").is_some());
        assert_eq!(answer.expect(201)["user"]["email"], email);
        let grace = app.sign_in(&email).await;
        assert_eq!(grace.get("/me").await.expect(200)["projects"][0]["role"], "analyst");
        app.nobody().post(&path, sign_up()).await.expect_problem(404, "not_found");
        app.nobody().get(&format!("/invitations/{token}")).await.expect_problem(404, "not_found");
    }

    async fn who_has_an_account_signs_in_first(app: TestApp) {
        let (owner, stranger) = (app.owner().await, app.stranger().await);
        let email = stranger.email.clone().expect("an address");
        let path = format!("{}/invitations", organization(&owner).await);
        let made = owner.post(&path, json!({ "email": email.to_uppercase(), "role": "admin" })).await.expect(201);
        assert_eq!(made["role"], "admin");
        let token = app.mailed_token(&email.to_uppercase()).await;
        let path = format!("/invitations/{token}/accept");
        app.nobody().post(&path, sign_up()).await.expect_problem(409, "sign_in_first");
        app.member(Role::Viewer).await.post(&path, json!({})).await.expect_problem(403, "invitation_for_another");
        stranger.post(&path, json!({})).await.expect(204);
        let listed = stranger.get("/organizations").await.expect(200);
        let mut roles: Vec<_> = listed["items"].as_array().expect("items").iter().map(|item| item["role"].as_str()).collect();
        roles.sort_unstable();
        assert_eq!(roles, [Some("admin"), Some("owner")]);
        stranger.post(&path, json!({})).await.expect_problem(404, "not_found");
    }

    // Attack 19, 28: a wrong, used, old or revoked token is nothing, and trying many is refused.
    async fn a_token_that_is_not_good_is_nothing(app: TestApp) {
        let (owner, email) = (app.owner().await, fresh("old"));
        let (path, first) = invite(&app, &owner, &email).await;
        owner.post(&format!("{path}/resend"), json!({})).await.expect(200);
        let second = app.mailed_token(&email).await;
        app.nobody().get(&format!("/invitations/{first}")).await.expect_problem(404, "not_found");
        app.nobody().get(&format!("/invitations/{second}")).await.expect(200);
        let (_, third) = invite(&app, &owner, &email).await;
        app.nobody().get(&format!("/invitations/{second}")).await.expect_problem(404, "not_found");
        app.clock.advance(TimeDelta::days(7));
        app.nobody().get(&format!("/invitations/{third}")).await.expect_problem(404, "not_found");
        let (path, fourth) = invite(&app, &owner, &email).await;
        owner.delete(&path).await.expect(204);
        owner.delete(&path).await.expect_problem(404, "not_found");
        app.nobody().post(&format!("/invitations/{fourth}/accept"), sign_up()).await.expect_problem(404, "not_found");
        for word in ["accept", "null", "%00", ":token", "*"] {
            app.nobody().get(&format!("/invitations/{word}")).await.expect_problem(404, "not_found");
        }
        for _ in 0..40 {
            app.nobody().get("/invitations/guess").await;
        }
        app.nobody().get("/invitations/guess").await.expect_problem(429, "too_many_attempts");
    }

    // Attack 22, 26: what isn't one's own is not to be given away.
    async fn only_what_is_the_organizations_is_given(app: TestApp) {
        let (owner, stranger, viewer) = (app.owner().await, app.stranger().await, app.member(Role::Viewer).await);
        let path = format!("{}/invitations", organization(&owner).await);
        let place = |project: &str| json!([{ "project_id": project, "role": "admin" }]);
        let nothing = "01890000-0000-7000-8000-000000000000";
        let theirs = json!({ "email": fresh("x"), "role": "member", "projects": place(stranger.project()) });
        let none = json!({ "email": fresh("x"), "role": "member", "projects": place(nothing) });
        let (theirs, none) = (owner.post(&path, theirs).await, owner.post(&path, none).await);
        assert_eq!(theirs.expect(422)["errors"], none.expect(422)["errors"]);
        owner.post(&path, json!({ "email": fresh("x"), "role": "owner" })).await.expect_problem(422, "validation_failed");
        owner.post(&path, json!({ "email": "no address", "role": "member" })).await.expect_problem(422, "validation_failed");
        for field in ["organization_id", "invited_by", "token", "accepted_at", "expires_at"] {
            let body = json!({ "email": fresh("x"), "role": "member", field: "x" });
            owner.post(&path, body).await.expect_problem(422, "validation_failed");
        }
        let body = json!({ "email": fresh("x"), "role": "member" });
        viewer.post(&path, body.clone()).await.expect_problem(403, "organization_role_required");
        stranger.post(&path, body).await.expect_problem(404, "not_found");
        let (invitation, _) = invite(&app, &owner, &fresh("y")).await;
        let id = invitation.rsplit('/').next().expect("an id");
        let own = format!("{}/invitations/{id}", organization(&stranger).await);
        stranger.delete(&own).await.expect_problem(404, "not_found");
        stranger.post(&format!("{own}/resend"), json!({})).await.expect_problem(404, "not_found");
        let member = json!({ "email": "VIEWER@example.com", "role": "admin" });
        owner.post(&path, member).await.expect_problem(409, "already_member");
    }

    async fn who_may_no_longer_invite_has_invited_nobody(app: TestApp) {
        let (owner, viewer) = (app.owner().await, app.member(Role::Viewer).await);
        let path = organization(&owner).await;
        let member = format!("{path}/members/{}", viewer.get("/me").await.expect(200)["user"]["id"].as_str().expect("an id"));
        owner.patch(&member, json!({ "role": "admin" })).await.expect(200);
        let email = fresh("friend");
        let (_, token) = invite(&app, &viewer, &email).await;
        owner.delete(&member).await.expect(204);
        app.nobody().get(&format!("/invitations/{token}")).await.expect_problem(404, "not_found");
    }

    // Attack 16: a page of others can't accept for somebody.
    async fn a_page_of_others_accepts_nothing(app: TestApp) {
        let (owner, email) = (app.owner().await, fresh("csrf"));
        let (_, token) = invite(&app, &owner, &email).await;
        let request = crate::testing::request(Method::POST, &format!("/api/v1/invitations/{token}/accept"), Some(sign_up()));
        let request = crate::testing::with_header(request, "sec-fetch-site", "cross-site");
        app.send(request).await.expect_problem(403, "foreign_origin");
    }
}
