//! Proving again who one is, through the API.

use axum::http::Method;
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::{
    accounts::second_factor::tests::turned_on,
    testing::{Caller, PASSWORD, TestApp, app_tests, id_of, organization},
};

const OWNER: &str = "owner@example.com";

/// All that a session alone must not do, with what each is sent.
async fn sensitive(owner: &Caller) -> Vec<(Method, String, Option<Value>)> {
    let organization = organization(owner).await;
    let other = "01890000-0000-7000-8000-000000000000";
    let key = owner.path("/api_keys");
    let secret = json!({ "name": "program", "kind": "secret", "scopes": ["events:view"] });
    let made = owner.post(&key, secret.clone()).await.expect(201);
    let made = format!("{key}/{}", made["id"].as_str().expect("an id"));
    owner.patch(&made, json!({ "is_active": false })).await.expect(200);
    let admin = json!({ "email": "eve@example.net", "is_admin": true });
    let user = owner.post("/users", json!({ "email": "ada@example.net" })).await.expect(201)["id"].clone();
    let user = format!("/users/{}", user.as_str().expect("an id"));
    vec![
        (Method::POST, "/me/password".to_owned(), Some(json!({ "new_password": "another fine password" }))),
        (Method::POST, "/me/email".to_owned(), Some(json!({ "email": "eve@radix-int.com" }))),
        (Method::POST, "/me/second_factor".to_owned(), Some(json!({}))),
        (Method::POST, "/me/second_factor/confirm".to_owned(), Some(json!({ "code": "123456" }))),
        (Method::POST, "/me/second_factor/recovery_codes".to_owned(), Some(json!({}))),
        (Method::DELETE, "/me/second_factor".to_owned(), Some(json!({}))),
        (Method::POST, "/me/deactivation".to_owned(), Some(json!({}))),
        (Method::POST, format!("{organization}/transfer"), Some(json!({ "user_id": other }))),
        (Method::POST, key, Some(secret)),
        (Method::PATCH, made.clone(), Some(json!({ "is_active": true }))),
        (Method::PATCH, made.clone(), Some(json!({ "scopes": ["events:view", "insights:run"] }))),
        (Method::POST, format!("{made}/rotate"), Some(json!({}))),
        (Method::POST, "/users".to_owned(), Some(admin)),
        (Method::PATCH, user.clone(), Some(json!({ "is_admin": true }))),
        (Method::DELETE, format!("{user}/second_factor"), None),
    ]
}

async fn status(caller: &Caller, (method, path, body): &(Method, String, Option<Value>)) -> (u16, String) {
    let answer = caller.call(method.clone(), path, body.clone()).await;
    let code = answer.json_or_null()["code"].as_str().unwrap_or_default().to_owned();
    (answer.status.as_u16(), code)
}

app_tests! {
    // Whoever has a session, by a stolen cookie or an open page, has no way in to keep.
    async fn a_session_alone_opens_no_way_in(app: TestApp) {
        let calls = sensitive(&app.owner().await).await;
        let session = app.sign_in_only(OWNER).await;
        let mut wrong = Vec::new();
        for call in &calls {
            let answer = status(&session, call).await;
            if answer != (403, "proof_required".to_owned()) {
                wrong.push(format!("{} {} answers {answer:?}", call.0, call.1));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        // A token of a program is a session too.
        let program = Caller { cookie: None, ..session };
        for call in &calls {
            assert_eq!(status(&program, call).await, (403, "proof_required".to_owned()), "{}", call.1);
        }
    }

    async fn a_proof_counts_for_ten_minutes_of_one_session(app: TestApp) {
        app.owner().await;
        let (here, there) = (app.sign_in_only(OWNER).await, app.sign_in_only(OWNER).await);
        let none = here.get("/me/proof").await.expect(200);
        assert_eq!(none, json!({ "proved_until": null, "password": true, "code": false, "provider": null }));
        let proof = here.post("/me/proof", json!({ "password": PASSWORD })).await.expect(200);
        assert_eq!(proof["proved_until"], "2026-03-02T12:10:00Z");
        let email = json!({ "email": "new@radix-int.com" });
        there.post("/me/email", email.clone()).await.expect_problem(403, "proof_required");
        app.clock.advance(TimeDelta::minutes(9));
        here.post("/me/email", email.clone()).await.expect(202);
        app.clock.advance(TimeDelta::minutes(1));
        here.post("/me/email", email).await.expect_problem(403, "proof_required");
        assert_eq!(here.get("/me/proof").await.expect(200)["proved_until"], Value::Null);
    }

    async fn harmless_changes_need_none(app: TestApp) {
        let owner = app.owner().await;
        let key = owner.post(&owner.path("/api_keys"), json!({ "name": "p", "kind": "secret", "scopes": ["events:view"] })).await;
        let path = format!("{}/{}", owner.path("/api_keys"), key.expect(201)["id"].as_str().expect("an id"));
        let session = app.sign_in_only(OWNER).await;
        // A write key is public, and closing a door opens none.
        session.post(&session.path("/api_keys"), json!({ "name": "site" })).await.expect(201);
        session.patch(&path, json!({ "name": "renamed" })).await.expect(200);
        session.patch(&path, json!({ "is_active": false })).await.expect(200);
        session.delete(&path).await.expect(204);
        session.patch("/me/profile", json!({ "first_name": "Ada" })).await.expect(200);
        session.post("/users", json!({ "email": "ada@example.net" })).await.expect(201);
        session.delete("/me/email").await.expect(204);
    }

    async fn a_second_factor_is_part_of_the_proof(app: TestApp) {
        let (_, phone, codes) = turned_on(&app).await;
        let session = app.sign_in_coded(OWNER, &phone.code(&app, 0)).await;
        assert_eq!(session.get("/me/proof").await.expect(200)["code"], true);
        let missing = session.post("/me/proof", json!({ "password": PASSWORD })).await;
        assert_eq!(missing.expect_problem(422, "second_factor_required")["errors"][0]["field"], "code");
        let wrong = json!({ "password": PASSWORD, "code": "000000" });
        session.post("/me/proof", wrong).await.expect_problem(422, "second_factor_wrong");
        // The code that signed in is used up.
        let used = json!({ "password": PASSWORD, "code": phone.code(&app, 0) });
        session.post("/me/proof", used).await.expect_problem(422, "second_factor_wrong");
        for (path, body) in [
            ("/me/email", json!({ "email": "new@radix-int.com", "password": PASSWORD })),
            ("/me/password", json!({ "current_password": PASSWORD, "new_password": "another fine password" })),
            ("/me/deactivation", json!({ "password": PASSWORD })),
        ] {
            session.post(path, body).await.expect_problem(422, "second_factor_required");
        }
        session.post("/me/email", json!({ "email": "new@radix-int.com" })).await.expect_problem(403, "proof_required");
        let paper = json!({ "password": PASSWORD, "code": codes[0] });
        session.post("/me/proof", paper.clone()).await.expect(200);
        session.post("/me/email", json!({ "email": "new@radix-int.com" })).await.expect(202);
        session.post("/me/proof", paper).await.expect_problem(422, "second_factor_wrong");
    }

    // Attack 28: with a stolen session the password is not to be guessed, by whichever door and in how many sessions.
    async fn guessing_the_proof_is_slow_by_all_doors_together(app: TestApp) {
        app.owner().await;
        let session = app.sign_in_only(OWNER).await;
        let guesses = [
            ("/me/proof", json!({ "password": "a guess" })),
            ("/me/email", json!({ "email": "new@radix-int.com", "password": "a guess" })),
            ("/me/password", json!({ "current_password": "a guess", "new_password": "another fine password" })),
            ("/me/second_factor", json!({ "password": "a guess" })),
            ("/me/deactivation", json!({ "password": "a guess" })),
        ];
        for (path, body) in guesses.clone() {
            session.post(path, body).await.expect_problem(422, "password_wrong");
        }
        for (path, body) in guesses {
            session.post(path, body).await.expect_problem(429, "too_many_attempts");
        }
        // The owner, in another session, is not kept out.
        let owner = app.sign_in_only(OWNER).await;
        owner.post("/me/proof", json!({ "password": PASSWORD })).await.expect(200);
        // Thirty guesses in all sessions, of which five were made.
        let mut looked_at = 0;
        for _ in 0..10 {
            let session = app.sign_in_only(OWNER).await;
            for _ in 0..5 {
                looked_at += u32::from(session.post("/me/proof", json!({ "password": "x" })).await.status == 422);
            }
        }
        assert_eq!(looked_at, 25);
    }

    async fn a_wrong_proof_does_nothing_and_leaves_a_row(app: TestApp) {
        let owner = app.owner().await;
        // What came with a change is checked, whatever was proved before.
        let wrong = json!({ "email": "new@radix-int.com", "password": "a guess" });
        owner.post("/me/email", wrong).await.expect_problem(422, "password_wrong");
        assert_eq!(owner.get("/me/profile").await.expect(200)["pending_email"], Value::Null);
        let given = app.sign_in_only(OWNER).await;
        given.post("/me/proof", json!({ "password": PASSWORD })).await.expect(200);
        let rows = given.get("/audit_logs?action=proof.give").await.expect(200);
        assert_eq!(rows["items"][0]["user"]["id"], id_of(&given).await);
        given.post("/me/proof/provider", json!({ "next": "/" })).await.expect_problem(409, "password_there");
    }
}
