//! What was begun with old credentials ends with them.

use axum::http::Method;
use chrono::TimeDelta;
use serde_json::json;

use super::{OWNER, try_sign_in};
use crate::{
    accounts::{set_active, set_password, store},
    testing::{Answer, Caller, PASSWORD, TestApp, app_tests, id_of},
};

const NEW: &str = "another fine password";
const ADA: &str = "ada@example.com";
const THEIRS: &str = "theirs@radix-int.com";

/// What somebody has begun who knows the password of an account.
struct Begun {
    app: TestApp,
    session: Caller,
    refresh: String,
    new_address: String,
    reset: String,
}

/// Begins all that a password begins, as whoever has come to know it would.
async fn begin(app: &TestApp) -> Begun {
    app.owner().await;
    app.create_user(ADA, false).await;
    let session = app.sign_in(ADA).await;
    let program = try_sign_in(app, ADA, PASSWORD).await.expect(201);
    session.post("/me/email", json!({ "email": THEIRS, "password": PASSWORD })).await.expect(202);
    session.post("/me/second_factor", json!({ "password": PASSWORD })).await.expect(201);
    app.mails(ADA).await;
    app.nobody().post("/password_resets", json!({ "email": ADA })).await.expect(202);
    Begun {
        session,
        refresh: program["refresh_token"].as_str().expect("a token").to_owned(),
        new_address: app.mailed_token(THEIRS).await,
        reset: app.mailed_token(ADA).await,
        app: app.clone(),
    }
}

impl Begun {
    /// Checks that none of it leads anywhere any more.
    async fn has_ended(&self) {
        let nobody = self.app.nobody();
        self.session.get("/me").await.expect_problem(401, "not_signed_in");
        let refresh = json!({ "refresh_token": self.refresh });
        nobody.post("/sessions/refresh", refresh).await.expect_problem(401, "refresh_token_invalid");
        self.links_have_ended().await;
    }

    async fn links_have_ended(&self) {
        let nobody = self.app.nobody();
        let open = json!({ "token": self.new_address });
        nobody.post("/accounts/verification", open).await.expect_problem(403, "link_invalid");
        let reset = json!({ "token": self.reset, "password": "a third fine password" });
        nobody.post("/password_resets/confirm", reset).await.expect_problem(403, "link_invalid");
        let user = store::find_by_email(self.app.app.db(), ADA).await.expect("an answer").expect("the account");
        let db = self.app.app.db();
        assert_eq!(store::tokens::email_change_of(db, user.id).await.expect("an answer"), None);
        let waits = crate::accounts::second_factor::testing::waits(db, user.id).await;
        assert!(!waits, "a second factor waits for its first code");
    }
}

async fn change_password(caller: &Caller) -> Answer {
    caller.post("/me/password", json!({ "current_password": PASSWORD, "new_password": NEW })).await
}

app_tests! {
    // The password is one of the credentials.
    async fn a_password_change_ends_what_was_begun(app: TestApp) {
        let begun = begin(&app).await;
        let owner = app.sign_in(ADA).await;
        change_password(&owner).await.expect(204);
        begun.has_ended().await;
        owner.get("/me").await.expect(200);
        // Nor does the proof of the old password count any more in the session that goes on.
        owner.post("/me/second_factor", json!({})).await.expect_problem(403, "proof_required");
        try_sign_in(&app, THEIRS, NEW).await.expect_problem(401, "credentials_wrong");
    }

    async fn the_session_that_changes_the_password_keeps_nothing_that_waits(app: TestApp) {
        let begun = begin(&app).await;
        change_password(&begun.session).await.expect(204);
        begun.session.get("/me").await.expect(200);
        begun.links_have_ended().await;
    }

    async fn a_reset_ends_what_was_begun(app: TestApp) {
        let begun = begin(&app).await;
        app.nobody().post("/password_resets", json!({ "email": ADA })).await.expect(202);
        let confirm = json!({ "token": app.mailed_token(ADA).await, "password": NEW });
        app.nobody().post("/password_resets/confirm", confirm).await.expect(204);
        begun.has_ended().await;
        try_sign_in(&app, ADA, NEW).await.expect(201);
    }

    async fn an_admins_new_password_ends_what_was_begun(app: TestApp) {
        let begun = begin(&app).await;
        set_password(&app.app, ADA, NEW).await.expect("a new password");
        begun.has_ended().await;
    }

    async fn a_deactivated_account_leaves_nothing_for_the_day_it_is_active_again(app: TestApp) {
        let begun = begin(&app).await;
        let owner = app.owner().await;
        let path = format!("/users/{}", id_of(&begun.session).await);
        owner.patch(&path, json!({ "is_active": false })).await.expect(200);
        owner.patch(&path, json!({ "is_active": true })).await.expect(200);
        begun.has_ended().await;
        try_sign_in(&app, ADA, PASSWORD).await.expect(201);
    }

    async fn who_leaves_leaves_nothing_behind(app: TestApp) {
        let begun = begin(&app).await;
        let user = id_of(&begun.session).await.parse().expect("an id");
        begun.session.post("/me/deactivation", json!({ "password": PASSWORD })).await.expect(204);
        let actor = crate::audit::Actor::system();
        set_active(&app.app, &actor, user, true).await.expect("active again");
        begun.has_ended().await;
    }

    async fn an_admin_who_removes_a_second_factor_ends_what_was_begun(app: TestApp) {
        let begun = begin(&app).await;
        let owner = app.owner().await;
        let path = format!("/users/{}/second_factor", id_of(&begun.session).await);
        owner.delete(&path).await.expect(204);
        begun.has_ended().await;
    }

    // The old address hears of a change while there is time to stop it.
    async fn the_old_address_is_told_when_a_change_is_asked_for(app: TestApp) {
        let owner = app.owner().await;
        owner.post("/me/email", json!({ "email": THEIRS })).await.expect(202);
        let letters = app.mails(OWNER).await;
        assert_eq!(letters[0].subject, "Your e-mail address is about to change");
        assert!(letters[0].text().contains(THEIRS), "{letters:?}");
        // So it does where the new one is somebody's, and nothing will come of it.
        app.create_user("taken@radix-int.com", false).await;
        owner.post("/me/email", json!({ "email": "taken@radix-int.com" })).await.expect(202);
        assert_eq!(app.mails(OWNER).await[0].subject, "Your e-mail address is about to change");
        let theirs = app.mails(THEIRS).await;
        assert!(theirs[0].text().contains(OWNER), "{theirs:?}");
    }

    // What is asked for while the password is replaced comes before it, or not at all.
    async fn a_change_of_address_beside_a_reset_does_not_outlive_it(app: TestApp) {
        app.create_user(ADA, false).await;
        for round in 0..4 {
            let session = app.sign_in_with(ADA, if round == 0 { PASSWORD } else { NEW }).await;
            app.nobody().post("/password_resets", json!({ "email": ADA })).await.expect(202);
            let reset = json!({ "token": reset_token(&app).await, "password": NEW });
            let nobody = app.nobody();
            let (asked, _) = tokio::join!(
                session.post("/me/email", json!({ "email": THEIRS })),
                nobody.post("/password_resets/confirm", reset),
            );
            assert!([202, 401, 403].contains(&asked.status.as_u16()), "{}", asked.text());
            let user = store::find_by_email(app.app.db(), ADA).await.expect("an answer").expect("the account");
            let waiting = store::tokens::email_change_of(app.app.db(), user.id).await.expect("an answer");
            assert_eq!(waiting, None);
            app.mails(ADA).await;
            app.clock.advance(TimeDelta::hours(1));
        }
    }

    async fn withdrawing_needs_no_proof(app: TestApp) {
        let owner = app.owner().await;
        owner.post("/me/email", json!({ "email": THEIRS })).await.expect(202);
        let later = app.sign_in_only(OWNER).await;
        later.call(Method::DELETE, "/me/email", None).await.expect(204);
        let open = json!({ "token": app.mailed_token(THEIRS).await });
        app.nobody().post("/accounts/verification", open).await.expect_problem(403, "link_invalid");
    }
}

/// Returns the token of the link to a new password, among other mails.
async fn reset_token(app: &TestApp) -> String {
    let letters = app.mails(ADA).await;
    let mut urls = letters.iter().filter_map(|letter| letter.button.as_ref()).map(|(_, url)| url.as_str());
    let link = urls.rfind(|url| url.contains("/reset#token=")).expect("a link");
    link.split_once("#token=").expect("a token").1.to_owned()
}
