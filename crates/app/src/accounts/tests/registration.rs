//! Making an account of one's own.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{OWNER, try_sign_in};
use crate::testing::{Answer, PASSWORD, TestApp, app_tests};

const ADA: &str = "ada@radix-int.com";

async fn register(app: &TestApp, email: &str) -> Answer {
    let body = json!({ "email": email, "password": PASSWORD, "first_name": "Ada", "last_name": "Lovelace" });
    app.nobody().post("/accounts", body).await
}

async fn verify(app: &TestApp, token: &str) -> Answer {
    app.nobody().post("/accounts/verification", json!({ "token": token })).await
}

app_tests! {
    async fn who_registers_verifies_and_signs_in(app: TestApp) {
        register(&app, "Ada@Radix-Int.com").await.expect(202);
        try_sign_in(&app, ADA, PASSWORD).await.expect_problem(403, "email_unverified");
        try_sign_in(&app, ADA, "wrong password").await.expect_problem(401, "credentials_wrong");

        let token = app.mailed_token("Ada@Radix-Int.com").await;
        verify(&app, &token).await.expect(204);

        let body = try_sign_in(&app, ADA, PASSWORD).await.expect(201);
        assert_eq!(body["user"]["is_admin"], false);
        verify(&app, &token).await.expect_problem(403, "link_invalid");
        assert!(app.mails(ADA).await.is_empty());
    }

    async fn accounts_are_open_to_the_domains_that_may_and_no_other(app: TestApp) {
        let refused = [
            "ada@example.com", "ada@sub.radix-int.com", "ada@radix-int.com.evil.example", "ada@radix-int.com@evil.example",
            "ada@xradix-int.com", "ada@radix-int.comx", "ada@rаdix-int.com", "ada@radix‑int.com", "ada@radix-int.com.",
            "\"ada@evil.example>\"@radix-int.com", "ada,eve@radix-int.com", "ada@[127.0.0.1]", "@radix-int.com", "ada",
        ];
        for email in refused {
            let answer = register(&app, email).await;
            assert!([403, 422].contains(&answer.status.as_u16()), "{email}: {}", answer.text());
        }
        register(&app, "ada@example.com").await.expect_problem(403, "registration_closed");
        assert!(app.mails("ada@example.com").await.is_empty());
        register(&app, "ADA@RADIX-INT.COM").await.expect(202);
    }

    // Attack 28: nobody learns who has an account, neither by the answer nor by the work.
    async fn an_address_that_is_taken_gets_the_same_answer_and_another_mail(app: TestApp) {
        register(&app, ADA).await.expect(202);
        verify(&app, &app.mailed_token(ADA).await).await.expect(204);

        let again = register(&app, ADA).await;
        let fresh = register(&app, "new@radix-int.com").await;

        assert_eq!((again.status, &again.body), (fresh.status, &fresh.body));
        let letters = app.mails(ADA).await;
        assert_eq!(letters[0].subject, "You already have an account");
        assert!(letters[0].button.as_ref().is_some_and(|(_, url)| url.ends_with("/sign-in")));
        try_sign_in(&app, ADA, PASSWORD).await.expect(201);
    }

    // Who registers a stranger's address must not keep the password they chose for it.
    async fn whoever_registers_an_unverified_address_again_overwrites_the_password(app: TestApp) {
        let attack = json!({ "email": ADA, "password": "the attacker's own" });
        app.nobody().post("/accounts", attack).await.expect(202);
        let first = app.mailed_token(ADA).await;
        register(&app, ADA).await.expect(202);
        verify(&app, &first).await.expect_problem(403, "link_invalid");
        verify(&app, &app.mailed_token(ADA).await).await.expect(204);
        try_sign_in(&app, ADA, "the attacker's own").await.expect_problem(401, "credentials_wrong");
        try_sign_in(&app, ADA, PASSWORD).await.expect(201);
    }

    async fn links_expire_and_can_be_sent_again(app: TestApp) {
        register(&app, ADA).await.expect(202);
        let old = app.mailed_token(ADA).await;
        app.clock.advance(TimeDelta::hours(49));
        verify(&app, &old).await.expect_problem(403, "link_invalid");

        for email in [ADA, "nobody@radix-int.com", OWNER] {
            let answer = app.nobody().post("/accounts/verification/resend", json!({ "email": email })).await;
            assert_eq!((answer.status.as_u16(), answer.body.len()), (202, 0), "{email}");
        }

        let new = app.mailed_token(ADA).await;
        assert!(app.mails("nobody@radix-int.com").await.is_empty());
        verify(&app, &old).await.expect_problem(403, "link_invalid");
        verify(&app, &new).await.expect(204);
    }

    async fn nobody_gets_more_than_a_few_mails_they_did_not_ask_for(app: TestApp) {
        app.owner().await;
        for _ in 0..8 {
            app.nobody().post("/password_resets", json!({ "email": OWNER })).await.expect(202);
        }
        assert_eq!(app.mails(OWNER).await.len(), 5);
        for _ in 0..2 {
            app.nobody().post("/password_resets", json!({ "email": OWNER })).await.expect(202);
        }
        let too_many = app.nobody().post("/password_resets", json!({ "email": OWNER })).await;
        too_many.expect_problem(429, "too_many_attempts");
    }

    // Attack 22: nobody makes themselves an admin.
    async fn fields_that_are_not_asked_for_are_refused(app: TestApp) {
        for field in ["is_admin", "email_verified", "is_active", "id", "role", "organization_id"] {
            let mut body = json!({ "email": ADA, "password": PASSWORD });
            body[field] = Value::Bool(true);
            let problem = app.nobody().post("/accounts", body).await.expect_problem(422, "validation_failed");
            assert_eq!(problem["errors"][0]["field"], field);
        }
    }

    async fn passwords_that_everybody_tries_first_are_refused(app: TestApp) {
        for password in ["Password123!", "1234567890", "qwertyuiop", "iloveyou2026", "Welcome2026!!", "abcabcabcabc", "2026-11-21"] {
            let body = json!({ "email": ADA, "password": password });
            let problem = app.nobody().post("/accounts", body).await.expect_problem(422, "validation_failed");
            assert_eq!(problem["errors"][0]["code"], "too_common", "{password}");
        }
    }

    async fn the_instance_tells_who_may_register_and_only_admins_where_mails_lie(app: TestApp) {
        let body = app.nobody().get("/instance").await.expect(200);
        assert_eq!(body["registration_domains"], json!(["radix-int.com"]));
        assert_eq!(body["mail"], "folder");
        assert_eq!(body["mail_folder"], Value::Null);
    }
}
