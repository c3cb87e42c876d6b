//! Passwords: changed, forgotten, and hashed with more work.

use chrono::TimeDelta;
use metadata_store::transact;
use serde_json::json;

use super::{OWNER, try_sign_in};
use crate::{
    accounts::store,
    testing::{Answer, PASSWORD, TestApp, app_tests},
};

const NEW: &str = "another fine password";

async fn ask(app: &TestApp, email: &str) -> Answer {
    app.nobody().post("/password_resets", json!({ "email": email })).await
}

async fn confirm(app: &TestApp, token: &str, password: &str) -> Answer {
    app.nobody().post("/password_resets/confirm", json!({ "token": token, "password": password })).await
}

app_tests! {
    async fn a_change_ends_all_sessions_but_the_one_that_asks(app: TestApp) {
        let here = app.owner().await;
        let there = app.sign_in(OWNER).await;
        let wrong = json!({ "current_password": "wrong password", "new_password": NEW });
        let problem = here.post("/me/password", wrong).await.expect_problem(422, "password_wrong");
        assert_eq!(problem["errors"][0]["field"], "current_password");
        let weak = json!({ "current_password": PASSWORD, "new_password": "short" });
        let problem = here.post("/me/password", weak).await.expect_problem(422, "validation_failed");
        assert_eq!(problem["errors"][0]["field"], "new_password");

        here.post("/me/password", json!({ "current_password": PASSWORD, "new_password": NEW })).await.expect(204);

        here.get("/me").await.expect(200);
        there.get("/me").await.expect_problem(401, "not_signed_in");
        try_sign_in(&app, OWNER, PASSWORD).await.expect_problem(401, "credentials_wrong");
        try_sign_in(&app, OWNER, NEW).await.expect(201);
        assert_eq!(app.mails(OWNER).await[0].subject, "Your password was changed");
    }

    // Attack 28: guessing one's way to a change must be slow, too.
    async fn guessing_the_current_password_is_slow(app: TestApp) {
        let owner = app.owner().await;
        let guess = json!({ "current_password": "wrong password", "new_password": NEW });
        for _ in 0..5 {
            owner.post("/me/password", guess.clone()).await.expect(422);
        }
        owner.post("/me/password", guess).await.expect_problem(429, "too_many_attempts");
    }

    async fn a_forgotten_password_is_set_by_a_link_that_works_once(app: TestApp) {
        let owner = app.owner().await;
        ask(&app, OWNER).await.expect(202);
        let token = app.mailed_token(OWNER).await;
        confirm(&app, &token, "short").await.expect_problem(422, "validation_failed");
        confirm(&app, &token, NEW).await.expect(204);
        owner.get("/me").await.expect_problem(401, "not_signed_in");
        confirm(&app, &token, "a third fine password").await.expect_problem(403, "link_invalid");
        try_sign_in(&app, OWNER, NEW).await.expect(201);
    }

    async fn a_link_works_for_an_hour(app: TestApp) {
        app.owner().await;
        ask(&app, OWNER).await.expect(202);
        let token = app.mailed_token(OWNER).await;
        app.clock.advance(TimeDelta::minutes(61));
        confirm(&app, &token, NEW).await.expect_problem(403, "link_invalid");
    }

    // Attack 28: anybody can ask for a link, and must not make void what its owner is about to open.
    async fn asking_for_a_link_voids_none_and_using_one_voids_all(app: TestApp) {
        app.owner().await;
        let mut tokens = Vec::new();
        for _ in 0..3 {
            ask(&app, OWNER).await.expect(202);
            tokens.push(app.mailed_token(OWNER).await);
        }
        confirm(&app, &tokens[0], NEW).await.expect(204);
        for token in &tokens {
            confirm(&app, token, "a third fine password").await.expect_problem(403, "link_invalid");
        }
    }

    async fn an_anonymous_request_leaves_an_admins_invitation(app: TestApp) {
        let owner = app.owner().await;
        owner.post("/users", json!({ "email": "new@example.com" })).await.expect(201);
        let invitation = app.mailed_token("new@example.com").await;
        ask(&app, "new@example.com").await.expect(202);
        app.mails("new@example.com").await;
        app.clock.advance(TimeDelta::days(2));
        ask(&app, "New@Example.com").await.expect(202);
        confirm(&app, &invitation, NEW).await.expect(204);
        try_sign_in(&app, "new@example.com", NEW).await.expect(201);
    }

    async fn of_two_uses_of_a_link_at_once_one_wins(app: TestApp) {
        app.owner().await;
        ask(&app, OWNER).await.expect(202);
        let token = app.mailed_token(OWNER).await;
        let (one, other) = tokio::join!(confirm(&app, &token, NEW), confirm(&app, &token, "a third fine password"));
        let mut statuses = [one.status.as_u16(), other.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [204, 403]);
    }

    // Attack 28: the answer doesn't tell who has an account.
    async fn asking_for_nobody_looks_the_same(app: TestApp) {
        app.owner().await;
        let (somebody, nobody) = (ask(&app, OWNER).await, ask(&app, "nobody@example.com").await);
        assert_eq!((somebody.status, &somebody.body), (nobody.status, &nobody.body));
        assert!(app.mails("nobody@example.com").await.is_empty());
    }

    // Attack 21: who signs in elsewhere must not get a password here.
    async fn who_signs_in_elsewhere_gets_no_link(app: TestApp) {
        app.owner().await;
        ask(&app, OWNER).await.expect(202);
        let before = app.mailed_token(OWNER).await;
        let user = store::find_by_email(app.app.db(), OWNER).await.expect("an answer").expect("the owner");
        let elsewhere = store::UserRow { password_hash: None, auth_provider: Some("Example ID".to_owned()), ..user };
        let changed: Result<_, crate::accounts::Error> =
            transact!(app.app.metadata(), |tx| Ok(store::update(tx, elsewhere.clone()).await?));
        changed.expect("changed");

        ask(&app, OWNER).await.expect(202);

        let letters = app.mails(OWNER).await;
        assert_eq!(letters[0].subject, "You sign in without a password");
        assert!(!letters[0].text().contains("token="), "{letters:?}");
        confirm(&app, &before, NEW).await.expect_problem(403, "link_invalid");
        try_sign_in(&app, OWNER, PASSWORD).await.expect_problem(401, "credentials_wrong");
    }

    async fn a_weak_hash_is_made_stronger_when_its_owner_signs_in(app: TestApp) {
        app.owner().await;
        let passwords = crate::accounts::Passwords::new(5);
        let old = bcrypt::hash(PASSWORD, 4).expect("a hash");
        let dear = bcrypt::hash(PASSWORD, 6).expect("a hash");
        let new = passwords.rehash(PASSWORD, Some(&old)).await.expect("an answer").expect("a stronger hash");
        assert!(new.starts_with("$2b$05$"), "{new}");
        assert!(passwords.rehash(PASSWORD, Some(&new)).await.expect("an answer").is_none());
        // A dearer one too: until it is gone, every check takes its work.
        let new = passwords.rehash(PASSWORD, Some(&dear)).await.expect("an answer").expect("a cheaper hash");
        assert!(new.starts_with("$2b$05$"), "{new}");
    }

    // Attack 28: a change of `accounts.bcrypt_cost` must not tell who has an account by the time that it takes.
    async fn a_check_takes_the_same_work_whatever_the_costs_that_are_stored(app: TestApp) {
        app.owner().await;
        app.create_user("old@example.com", false).await;
        // The cost was raised, and some have signed in since.
        let dearer = app.with_settings(|settings| settings.bcrypt_cost = 7);
        try_sign_in(&dearer, OWNER, PASSWORD).await.expect(201);
        // It was lowered again, and a hash of the dear time is left.
        let cheaper = app.with_settings(|settings| settings.bcrypt_cost = 5);
        for server in [&dearer, &cheaper] {
            let mut steps = Vec::new();
            for email in [OWNER, "old@example.com", "nobody@example.com"] {
                let before = server.app.passwords().steps();
                try_sign_in(server, email, "a wrong guess").await.expect_problem(401, "credentials_wrong");
                steps.push(server.app.passwords().steps() - before);
            }
            assert_eq!(steps, [128; 3]);
        }
    }
}
