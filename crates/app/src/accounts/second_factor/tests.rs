//! The second factor, through the API.

use axum::http::Method;
use chrono::TimeDelta;
use serde_json::{Value, json};
use totp_rs::{Builder, Secret};

use crate::testing::{Answer, Caller, PASSWORD, TestApp, app_tests, request, with_header};

const OWNER: &str = "owner@example.com";

/// What a phone shows.
pub(in crate::accounts) struct Phone(totp_rs::Totp);

impl Phone {
    fn scan(body: &Value) -> Self {
        let secret = Secret::try_from_base32(body["secret"].as_str().expect("a secret")).expect("base32");
        Self(Builder::new().with_secret(secret).build().expect("a secret that is long enough"))
    }

    pub(in crate::accounts) fn code(&self, app: &TestApp, seconds_off: i64) -> String {
        let time = app.clock.now().timestamp() + seconds_off;
        self.0.generate(u64::try_from(time).expect("a time after 1970")).to_string()
    }
}

async fn sign_in(app: &TestApp, code: Option<&str>) -> Answer {
    let mut credentials = json!({ "email": OWNER, "password": PASSWORD });
    if let Some(code) = code {
        credentials["code"] = code.into();
    }
    app.nobody().post("/sessions", credentials).await
}

/// Sets up the owner's second factor, a minute ago.
pub(in crate::accounts) async fn turned_on(app: &TestApp) -> (Caller, Phone, Vec<String>) {
    let owner = app.owner().await;
    let phone = Phone::scan(&owner.post("/me/second_factor", json!({ "password": PASSWORD })).await.expect(201));
    let code = phone.code(app, 0);
    let body = owner.post("/me/second_factor/confirm", json!({ "code": code })).await.expect(200);
    let codes = body["recovery_codes"].as_array().expect("codes");
    let codes = codes.iter().map(|code| code.as_str().expect("a code").to_owned()).collect();
    app.clock.advance(TimeDelta::minutes(1));
    (owner, phone, codes)
}

app_tests! {
    async fn it_is_asked_for_once_a_code_has_confirmed_it(app: TestApp) {
        let owner = app.owner().await;
        owner.post("/me/second_factor/confirm", json!({ "code": "123456" })).await.expect_problem(409, "second_factor_off");
        let wrong = owner.post("/me/second_factor", json!({ "password": "wrong password" })).await;
        assert_eq!(wrong.expect_problem(422, "password_wrong")["errors"][0]["field"], "password");
        let made = owner.post("/me/second_factor", json!({ "password": PASSWORD })).await.expect(201);
        let uri = made["otpauth_uri"].as_str().expect("a link");
        assert!(uri.starts_with("otpauth://totp/RadixInsight:owner%40example.com?secret="), "{uri}");
        assert_eq!(owner.get("/me/second_factor").await.expect(200)["on"], false);
        sign_in(&app, None).await.expect(201);

        let phone = Phone::scan(&made);
        let problem = owner.post("/me/second_factor/confirm", json!({ "code": phone.code(&app, 90) })).await;
        assert_eq!(problem.expect_problem(422, "second_factor_wrong")["errors"][0]["field"], "code");
        let code = phone.code(&app, 0);
        let codes = owner.post("/me/second_factor/confirm", json!({ "code": code })).await.expect(200);
        assert_eq!(codes["recovery_codes"].as_array().map(Vec::len), Some(10));
        let state = owner.get("/me/second_factor").await.expect(200);
        assert_eq!((&state["on"], &state["recovery_codes_left"]), (&json!(true), &json!(10)));
        assert_eq!(owner.get("/users").await.expect(200)["items"][0]["has_second_factor"], true);

        sign_in(&app, None).await.expect_problem(401, "second_factor_required");
        sign_in(&app, Some(" ")).await.expect_problem(401, "second_factor_required");
        sign_in(&app, Some(&code)).await.expect_problem(401, "second_factor_wrong");
        app.clock.advance(TimeDelta::minutes(1));
        sign_in(&app, Some(&phone.code(&app, 0))).await.expect(201);
        let again = owner.post("/me/second_factor", json!({ "password": PASSWORD })).await;
        again.expect_problem(409, "second_factor_on");
    }

    async fn pages_and_programs_are_asked_alike_by_either_name(app: TestApp) {
        let (owner, phone, codes) = turned_on(&app).await;
        owner.patch("/me/profile", json!({ "username": "ada" })).await.expect(200);
        let page = |code: Option<&str>| {
            let body = json!({ "email": "ada", "password": PASSWORD, "code": code });
            with_header(request(Method::POST, "/api/v1/sessions", Some(body)), "sec-fetch-site", "same-origin")
        };
        let refused = app.send(page(None)).await;
        refused.expect_problem(401, "second_factor_required");
        assert!(refused.cookie().is_none());
        let answer = app.send(page(Some(&phone.code(&app, 0)))).await;
        assert!(answer.expect(201).get("access_token").is_none());
        assert!(answer.cookie().is_some());

        let program = sign_in(&app, Some(&codes[0])).await.expect(201);
        assert!(program["access_token"].is_string());
        // Who has a refresh token has proved both.
        app.nobody().post("/sessions/refresh", json!({ "refresh_token": program["refresh_token"] })).await.expect(200);
    }

    async fn the_code_is_of_no_use_without_the_password(app: TestApp) {
        let (_, phone, codes) = turned_on(&app).await;
        for code in [phone.code(&app, 0), codes[0].clone()] {
            let credentials = json!({ "email": OWNER, "password": "wrong password", "code": code });
            app.nobody().post("/sessions", credentials).await.expect_problem(401, "credentials_wrong");
            sign_in(&app, Some(&code)).await.expect(201);
        }
    }

    async fn a_clock_may_be_half_a_minute_off_and_no_code_works_twice(app: TestApp) {
        let (_, phone, _) = turned_on(&app).await;
        sign_in(&app, Some(&phone.code(&app, -60))).await.expect_problem(401, "second_factor_wrong");
        sign_in(&app, Some(&phone.code(&app, 60))).await.expect_problem(401, "second_factor_wrong");
        let early = phone.code(&app, -30);
        sign_in(&app, Some(&early)).await.expect(201);
        sign_in(&app, Some(&early)).await.expect_problem(401, "second_factor_wrong");
        let late = format!("{} {}", &phone.code(&app, 30)[..3], &phone.code(&app, 30)[3..]);
        sign_in(&app, Some(&late)).await.expect(201);
        // Older than one that was used: somebody may have looked over a shoulder.
        sign_in(&app, Some(&phone.code(&app, 0))).await.expect_problem(401, "second_factor_wrong");
    }

    async fn of_two_sign_ins_with_the_same_code_one_is_refused(app: TestApp) {
        let (_, phone, codes) = turned_on(&app).await;
        for code in [phone.code(&app, 0), codes[3].clone()] {
            let racing = (0..4).map(|_| {
                let (app, code) = (app.clone(), code.clone());
                tokio::spawn(async move { sign_in(&app, Some(&code)).await.status.as_u16() })
            });
            let mut statuses = Vec::new();
            for one in racing.collect::<Vec<_>>() {
                statuses.push(one.await.expect("no panic"));
            }
            statuses.sort_unstable();
            assert_eq!(statuses, [201, 401, 401, 401]);
            // What was refused counts against the limit.
            app.clock.advance(TimeDelta::minutes(10));
        }
    }

    async fn five_guesses_then_one_a_minute_from_wherever(app: TestApp) {
        let (_, phone, _) = turned_on(&app).await;
        for _ in 0..5 {
            sign_in(&app, Some("000000")).await.expect_problem(401, "second_factor_wrong");
        }
        let right = phone.code(&app, 0);
        sign_in(&app, Some(&right)).await.expect_problem(429, "too_many_attempts");
        app.clock.advance(TimeDelta::minutes(1));
        sign_in(&app, Some("000000")).await.expect_problem(401, "second_factor_wrong");
        sign_in(&app, Some(&phone.code(&app, 0))).await.expect_problem(429, "too_many_attempts");
        app.clock.advance(TimeDelta::minutes(1));
        sign_in(&app, Some(&phone.code(&app, 0))).await.expect(201);
    }

    async fn a_recovery_code_works_once_and_a_new_set_ends_the_old_one(app: TestApp) {
        let (owner, phone, codes) = turned_on(&app).await;
        sign_in(&app, Some(&codes[0])).await.expect(201);
        sign_in(&app, Some(&codes[0])).await.expect_problem(401, "second_factor_wrong");
        let typed = codes[1].replace('-', "").to_uppercase();
        sign_in(&app, Some(&typed)).await.expect(201);
        assert_eq!(owner.get("/me/second_factor").await.expect(200)["recovery_codes_left"], 8);

        let proof = json!({ "password": PASSWORD, "code": phone.code(&app, 0) });
        let renewed = owner.post("/me/second_factor/recovery_codes", proof.clone()).await.expect(200);
        assert_eq!(renewed["recovery_codes"].as_array().map(Vec::len), Some(10));
        owner.post("/me/second_factor/recovery_codes", proof).await.expect_problem(422, "second_factor_wrong");
        sign_in(&app, Some(&codes[2])).await.expect_problem(401, "second_factor_wrong");
        sign_in(&app, renewed["recovery_codes"][9].as_str()).await.expect(201);
    }

    async fn turning_it_off_needs_both_and_leaves_sessions(app: TestApp) {
        let (owner, phone, _) = turned_on(&app).await;
        let off = |password: &str, code: &str| {
            let body = json!({ "password": password, "code": code });
            let owner = owner.clone();
            async move { owner.call(Method::DELETE, "/me/second_factor", Some(body)).await }
        };
        off("wrong password", &phone.code(&app, 0)).await.expect_problem(422, "password_wrong");
        off(PASSWORD, "000000").await.expect_problem(422, "second_factor_wrong");
        off(PASSWORD, &phone.code(&app, 0)).await.expect(204);
        assert_eq!(owner.get("/me/second_factor").await.expect(200)["recovery_codes_left"], 0);
        sign_in(&app, None).await.expect(201);
    }

    async fn an_admin_removes_what_somebody_else_has_lost(app: TestApp) {
        let owner = app.owner().await;
        let user = app.create_user("lost@example.com", false).await;
        let person = app.sign_in("lost@example.com").await;
        let phone = Phone::scan(&person.post("/me/second_factor", json!({ "password": PASSWORD })).await.expect(201));
        person.post("/me/second_factor/confirm", json!({ "code": phone.code(&app, 0) })).await.expect(200);
        let credentials = json!({ "email": "lost@example.com", "password": PASSWORD });
        app.nobody().post("/sessions", credentials.clone()).await.expect_problem(401, "second_factor_required");

        person.delete(&format!("/users/{user}/second_factor")).await.expect_problem(403, "admin_required");
        owner.delete(&format!("/users/{user}/second_factor")).await.expect(204);
        owner.delete(&format!("/users/{user}/second_factor")).await.expect(204);
        let nobody = "/users/00000000-0000-7000-8000-000000000000/second_factor";
        owner.delete(nobody).await.expect_problem(404, "not_found");
        // Whoever has found the phone may be signed in with it.
        person.get("/me").await.expect_problem(401, "not_signed_in");
        app.nobody().post("/sessions", credentials).await.expect(201);
    }

    async fn another_password_leaves_the_second_factor(app: TestApp) {
        let (_, phone, _) = turned_on(&app).await;
        let new = "another good password";
        crate::accounts::set_password(&app.app, OWNER, new).await.expect("a new password");
        let mut credentials = json!({ "email": OWNER, "password": new });
        app.nobody().post("/sessions", credentials.clone()).await.expect_problem(401, "second_factor_required");
        credentials["code"] = phone.code(&app, 0).into();
        app.nobody().post("/sessions", credentials).await.expect(201);
    }

    async fn what_is_stored_tells_no_secret_and_belongs_to_one_account(app: TestApp) {
        let owner = app.owner().await;
        let made = owner.post("/me/second_factor", json!({ "password": PASSWORD })).await.expect(201);
        let me = owner.get("/me").await.expect(200);
        let user = me["user"]["id"].as_str().expect("an id").parse().expect("an id");
        let stored = crate::accounts::second_factor::store::find(app.app.db(), user).await.expect("an answer").expect("a row");
        assert!(!stored.sealed_secret.contains(made["secret"].as_str().expect("a secret")));
        let code = Phone::scan(&made).code(&app, 0);
        let step = |user, code: &str| crate::accounts::second_factor::code::step_of(&app.app, user, &stored.sealed_secret, code, app.clock.now());
        assert!(matches!(step(user, &code), Ok(Some(_))));
        let other = analytics_model::UserId(app.app.clock().new_id());
        assert!(matches!(step(other, &code), Err(crate::accounts::second_factor::Error::Sealed)));
    }
}
