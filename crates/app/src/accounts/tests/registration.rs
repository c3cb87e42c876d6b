//! Making an account of one's own.

use axum::http::StatusCode;
use chrono::TimeDelta;
use sea_orm::{ActiveModelTrait, Set};
use serde_json::{Value, json};

use super::{OWNER, try_sign_in};
use crate::{
    accounts::{self, tables::users},
    testing::{Answer, PASSWORD, TestApp, app_tests, organization},
};

const ADA: &str = "ada@radix-int.com";
const THEIRS: &str = "the attacker's own";

async fn register(app: &TestApp, email: &str) -> Answer {
    app.nobody().post("/accounts", json!({ "email": email })).await
}

/// Opens the link of a new account.
async fn verify(app: &TestApp, token: &str) -> Answer {
    let body = json!({ "token": token, "password": PASSWORD, "first_name": "Ada", "last_name": "Lovelace" });
    app.nobody().post("/accounts/verification", body).await
}

/// An account whose address nobody has proved, with a password: what an attack or an older version leaves.
async fn unproved(app: &TestApp, email: &str) -> analytics_model::UserId {
    let user = app.create_user(email, false).await;
    let row = users::ActiveModel { id: Set(user), email_verified: Set(false), ..Default::default() };
    row.update(app.app.db()).await.expect("a change");
    user
}

app_tests! {
    async fn who_registers_chooses_a_password_and_signs_in(app: TestApp) {
        register(&app, "Ada@Radix-Int.com").await.expect(202);
        try_sign_in(&app, ADA, PASSWORD).await.expect_problem(401, "credentials_wrong");

        let token = app.mailed_token("Ada@Radix-Int.com").await;
        let bare = app.nobody().post("/accounts/verification", json!({ "token": token })).await;
        let problem = bare.expect_problem(422, "validation_failed");
        assert_eq!((&problem["errors"][0]["field"], &problem["errors"][0]["code"]), (&json!("password"), &json!("missing")));
        let weak = app.nobody().post("/accounts/verification", json!({ "token": token, "password": "short" })).await;
        weak.expect_problem(422, "validation_failed");
        verify(&app, &token).await.expect(204);

        let body = try_sign_in(&app, ADA, PASSWORD).await.expect(201);
        assert_eq!((&body["user"]["is_admin"], &body["user"]["first_name"]), (&json!(false), &json!("Ada")));
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

    // Attack 22: whoever registers a stranger's address chooses nothing for them, neither before nor after they do.
    async fn nobody_chooses_the_password_of_an_address_they_have_not_proved(app: TestApp) {
        for field in ["password", "first_name", "last_name"] {
            let attack = json!({ "email": ADA, field: THEIRS });
            let problem = app.nobody().post("/accounts", attack).await.expect_problem(422, "validation_failed");
            assert_eq!(problem["errors"][0]["field"], field);
        }
        for _ in 0..3 {
            register(&app, ADA).await.expect(202);
        }
        // The owner takes whichever mail comes first: the password is the one they choose.
        let letters = app.mails(ADA).await;
        assert_eq!(letters.len(), 3);
        let token = letters[0].button.as_ref().and_then(|(_, url)| url.split_once("#token=")).expect("a link").1.to_owned();
        verify(&app, &token).await.expect(204);
        try_sign_in(&app, ADA, THEIRS).await.expect_problem(401, "credentials_wrong");
        try_sign_in(&app, ADA, PASSWORD).await.expect(201);
    }

    // Attack 22: asking for the same address once more must not take the owner's link away.
    async fn a_second_registration_leaves_the_first_link(app: TestApp) {
        register(&app, ADA).await.expect(202);
        let first = app.mailed_token(ADA).await;
        app.clock.advance(TimeDelta::hours(5));
        register(&app, "ADA@radix-int.com").await.expect(202);
        app.nobody().post("/accounts/verification/resend", json!({ "email": ADA })).await.expect(202);
        let letters = app.mails(ADA).await;
        assert_eq!(letters.len(), 2);
        verify(&app, &first).await.expect(204);
        for letter in letters {
            let url = letter.button.expect("a link").1;
            verify(&app, url.split_once("#token=").expect("a token").1).await.expect_problem(403, "link_invalid");
        }
    }

    // Attack 22: an invitation proves the address, so it takes over what somebody else has begun with it.
    async fn an_invitation_takes_over_an_account_that_nobody_has_proved(app: TestApp) {
        let owner = app.owner().await;
        register(&app, ADA).await.expect(202);
        let link = app.mailed_token(ADA).await;
        let path = format!("{}/invitations", organization(&owner).await);
        owner.post(&path, json!({ "email": ADA, "role": "member" })).await.expect(201);
        let accept = format!("/invitations/{}/accept", app.mailed_token(ADA).await);
        let body = json!({ "password": PASSWORD, "first_name": "Ada", "last_name": "Lovelace" });
        app.nobody().post(&accept, body).await.expect(201);
        let me = app.sign_in(ADA).await.get("/me").await.expect(200);
        assert_eq!(me["user"]["first_name"], "Ada");
        assert_eq!(me["organizations"].as_array().map(Vec::len), Some(1));
        verify(&app, &link).await.expect_problem(403, "link_invalid");
    }

    async fn an_invitation_ends_the_password_of_who_was_there_before(app: TestApp) {
        let owner = app.owner().await;
        let user = unproved(&app, ADA).await;
        let path = format!("{}/invitations", organization(&owner).await);
        owner.post(&path, json!({ "email": ADA, "role": "member" })).await.expect(201);
        let accept = format!("/invitations/{}/accept", app.mailed_token(ADA).await);
        app.nobody().post(&accept, json!({ "password": "a password of my own" })).await.expect(201);
        try_sign_in(&app, ADA, PASSWORD).await.expect_problem(401, "credentials_wrong");
        let signed_in = try_sign_in(&app, ADA, "a password of my own").await.expect(201);
        assert_eq!(signed_in["user"]["id"], user.to_string());
    }

    // A password that nobody has proved to be the owner's opens nothing, and its being right is told to nobody.
    async fn an_account_that_nobody_has_proved_is_nobodys(app: TestApp) {
        unproved(&app, ADA).await;
        let right = try_sign_in(&app, ADA, PASSWORD).await;
        let wrong = try_sign_in(&app, ADA, "something else").await;
        right.expect_problem(401, "credentials_wrong");
        wrong.expect_problem(401, "credentials_wrong");
        // Its owner comes by mail.
        register(&app, ADA).await.expect(202);
        let token = app.mailed_token(ADA).await;
        let body = json!({ "token": token, "password": "a password of my own" });
        app.nobody().post("/accounts/verification", body).await.expect(204);
        try_sign_in(&app, ADA, PASSWORD).await.expect_problem(401, "credentials_wrong");
        try_sign_in(&app, ADA, "a password of my own").await.expect(201);
    }

    async fn who_was_invited_by_an_admin_may_register_as_well(app: TestApp) {
        let owner = app.owner().await;
        owner.post("/users", json!({ "email": ADA })).await.expect(201);
        let invitation = app.mailed_token(ADA).await;
        register(&app, ADA).await.expect(202);
        let registered = app.mailed_token(ADA).await;
        let confirm = json!({ "token": invitation, "password": PASSWORD });
        app.nobody().post("/password_resets/confirm", confirm).await.expect(204);
        verify(&app, &registered).await.expect_problem(403, "link_invalid");
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

    async fn of_two_who_open_a_link_at_once_one_chooses(app: TestApp) {
        register(&app, ADA).await.expect(202);
        let token = app.mailed_token(ADA).await;
        let (one, other) = tokio::join!(verify(&app, &token), verify(&app, &token));
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [StatusCode::NO_CONTENT, StatusCode::FORBIDDEN]);
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

    // Attack 28: who uses up one kind of mail keeps nobody from another.
    async fn registering_an_address_over_and_over_does_not_stop_a_reset(app: TestApp) {
        register(&app, ADA).await.expect(202);
        verify(&app, &app.mailed_token(ADA).await).await.expect(204);
        for _ in 0..9 {
            register(&app, ADA).await.expect(202);
        }
        assert_eq!(app.mails(ADA).await.len(), 4);
        app.nobody().post("/password_resets", json!({ "email": ADA })).await.expect(202);
        assert_eq!(app.mails(ADA).await[0].subject, "Set a new password");
    }

    // Attack 22: nobody makes themselves an admin.
    async fn fields_that_are_not_asked_for_are_refused(app: TestApp) {
        for field in ["is_admin", "email_verified", "is_active", "id", "role", "organization_id"] {
            let mut body = json!({ "email": ADA });
            body[field] = Value::Bool(true);
            let problem = app.nobody().post("/accounts", body).await.expect_problem(422, "validation_failed");
            assert_eq!(problem["errors"][0]["field"], field);
        }
    }

    async fn passwords_that_everybody_tries_first_are_refused(app: TestApp) {
        register(&app, ADA).await.expect(202);
        let token = app.mailed_token(ADA).await;
        for password in ["Password123!", "1234567890", "qwertyuiop", "iloveyou2026", "Welcome2026!!", "abcabcabcabc", "2026-11-21"] {
            let body = json!({ "token": token, "password": password });
            let problem = app.nobody().post("/accounts/verification", body).await.expect_problem(422, "validation_failed");
            assert_eq!(problem["errors"][0]["code"], "too_common", "{password}");
        }
    }

    async fn the_instance_tells_who_may_register_and_only_admins_where_mails_lie(app: TestApp) {
        let body = app.nobody().get("/instance").await.expect(200);
        assert_eq!(body["registration_domains"], json!(["radix-int.com"]));
        assert_eq!(body["mail"], "folder");
        assert_eq!(body["mail_folder"], Value::Null);
        assert!(accounts::list_users(&app.app).await.expect("the store answers").is_empty());
    }
}
