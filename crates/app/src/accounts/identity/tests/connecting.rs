//! Connecting and disconnecting an account, and proving by a provider that it is its owner.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{ADA, Journey, expect_signed_in, session_of, sign_in, stand_in::Person, with_github};
use crate::testing::{Answer, Caller, PASSWORD, TestApp, app_tests, with_header};

const OWNER: &str = "owner@example.com";
const NEW: &str = "another fine password";
const PRIVATE: Person = Person { id: 9, email: "private@elsewhere.example", verified: true };

async fn begin(caller: &Caller, path: &str) -> Journey {
    let begun = caller.post(path, json!({ "next": "/account/security" })).await;
    Journey::of(&begun, begun.expect(200)["url"].as_str().expect("an address"))
}

/// The way back of a browser that is signed in.
async fn come_back(app: &TestApp, caller: &Caller, journey: &Journey) -> Answer {
    let code = journey.confirm().await;
    let session = caller.cookie.as_deref().expect("a cookie");
    let cookie = format!("{}; radix_session={session}", journey.cookie);
    app.send(with_header(journey.back(&code), "cookie", &cookie)).await
}

async fn connect(app: &TestApp, caller: &Caller) {
    let journey = begin(caller, "/me/identity/github").await;
    assert_eq!(come_back(app, caller, &journey).await.header("location"), Some("/account/security"));
}

async fn provider(caller: &Caller) -> Value {
    caller.get("/me/identity").await.expect(200)["provider"]["name"].clone()
}

app_tests! {
    // Neither way: what signs in must not be changed by who is signed in.
    async fn a_session_alone_connects_nobody_and_disconnects_nobody(app: TestApp) {
        let (app, _) = with_github(&app, PRIVATE).await;
        let owner = app.owner().await;
        let session = app.sign_in_only(OWNER).await;
        let from = json!({ "next": "/account/security" });
        session.post("/me/identity/github", from.clone()).await.expect_problem(403, "proof_required");
        connect(&app, &owner).await;
        session.delete("/me/identity").await.expect_problem(403, "proof_required");
        // A proof of some time ago is none.
        app.clock.advance(TimeDelta::minutes(10));
        owner.delete("/me/identity").await.expect_problem(403, "proof_required");
        assert_eq!(provider(&owner).await, "GitHub");
    }

    // Who was on the way to the provider with the old password doesn't arrive.
    async fn a_connection_that_was_begun_before_a_new_password_is_not_made(app: TestApp) {
        let (app, _) = with_github(&app, PRIVATE).await;
        let owner = app.owner().await;
        let journey = begin(&owner, "/me/identity/github").await;
        owner.post("/me/password", json!({ "current_password": PASSWORD, "new_password": NEW })).await.expect(204);
        let refused = Some("/account/security?problem=sign_in_not_begun");
        assert_eq!(come_back(&app, &owner, &journey).await.header("location"), refused);
        // Nor by a new proof of the same session.
        app.clock.advance(TimeDelta::minutes(1));
        owner.post("/me/proof", json!({ "password": NEW })).await.expect(200);
        assert_eq!(come_back(&app, &owner, &journey).await.header("location"), refused);
        assert_eq!(provider(&owner).await, Value::Null);

        let journey = begin(&owner, "/me/identity/github").await;
        app.nobody().post("/password_resets", json!({ "email": OWNER })).await.expect(202);
        app.app.mail().settle(std::time::Duration::from_secs(10)).await;
        let letters = app.mails(OWNER).await;
        let link = letters.last().and_then(|letter| letter.button.clone()).expect("a link").1;
        let token = link.split_once("#token=").expect("a token").1;
        let confirm = json!({ "token": token, "password": "a third fine password" });
        app.nobody().post("/password_resets/confirm", confirm).await.expect(204);
        assert_eq!(come_back(&app, &owner, &journey).await.header("location"), refused);
        let again = app.sign_in_with(OWNER, "a third fine password").await;
        assert_eq!(provider(&again).await, Value::Null);
    }

    async fn who_has_no_password_proves_it_by_the_provider(app: TestApp) {
        let (app, github) = with_github(&app, ADA).await;
        let ada = expect_signed_in(&app, &sign_in(&app).await);
        let state = ada.get("/me/proof").await.expect(200);
        assert_eq!((&state["password"], &state["provider"]["id"]), (&json!(false), &json!("github")));
        let email = json!({ "email": "new@example.com" });
        ada.post("/me/email", email.clone()).await.expect_problem(403, "proof_required");
        ada.post("/me/proof", json!({ "password": "anything at all" })).await.expect_problem(409, "no_password");

        // Somebody else at the provider proves nothing.
        github.is_now(Person { id: 77, ..ADA });
        let journey = begin(&ada, "/me/proof/provider").await;
        let refused = Some("/account/security?problem=identity_of_another");
        assert_eq!(come_back(&app, &ada, &journey).await.header("location"), refused);
        ada.post("/me/email", email.clone()).await.expect_problem(403, "proof_required");

        github.is_now(ADA);
        let journey = begin(&ada, "/me/proof/provider").await;
        // Nor does an answer that comes back in another session.
        let other = expect_signed_in(&app, &sign_in(&app).await);
        let answer = come_back(&app, &other, &journey).await;
        assert_eq!(answer.header("location"), Some("/account/security?problem=sign_in_not_begun"));
        let journey = begin(&ada, "/me/proof/provider").await;
        let answer = come_back(&app, &ada, &journey).await;
        assert_eq!(answer.header("location"), Some("/account/security"));
        assert!(session_of(&app, &answer).is_none(), "the session stays as it is");
        assert_eq!(ada.get("/me/proof").await.expect(200)["proved_until"], "2026-03-02T12:10:00Z");
        ada.post("/me/email", email).await.expect(202);
    }

    async fn who_came_by_a_provider_is_out_when_it_is_disconnected(app: TestApp) {
        let (app, _) = with_github(&app, PRIVATE).await;
        let owner = app.owner().await;
        connect(&app, &owner).await;
        let by_github = expect_signed_in(&app, &sign_in(&app).await);
        app.mails(OWNER).await;
        owner.delete("/me/identity").await.expect(204);
        by_github.get("/me").await.expect_problem(401, "not_signed_in");
        owner.get("/me").await.expect(200);
        assert_eq!(app.mails(OWNER).await[0].subject, "Your account is no longer connected with GitHub");
    }

    async fn a_reset_tells_of_the_provider_and_disconnects_it_where_that_is_wanted(app: TestApp) {
        let (app, _) = with_github(&app, PRIVATE).await;
        let owner = app.owner().await;
        connect(&app, &owner).await;
        for wanted in [false, true] {
            app.mails(OWNER).await;
            app.nobody().post("/password_resets", json!({ "email": OWNER })).await.expect(202);
            let token = app.mailed_token(OWNER).await;
            let open = app.nobody().post("/password_resets/open", json!({ "token": token })).await.expect(200);
            let expected = json!({ "email": OWNER, "has_second_factor": false,
                "provider": { "id": "github", "name": "GitHub" } });
            assert_eq!(open, expected);
            let confirm = json!({ "token": token, "password": NEW, "disconnect": wanted });
            app.nobody().post("/password_resets/confirm", confirm).await.expect(204);
            let told = app.mails(OWNER).await;
            assert_eq!(told[0].text().contains("GitHub"), !wanted, "{told:?}");
            let owner = app.sign_in_with(OWNER, NEW).await;
            assert_eq!(provider(&owner).await.is_null(), wanted);
            app.nobody().post("/password_resets/open", json!({ "token": token })).await.expect_problem(403, "link_invalid");
        }
    }

    // Whoever can sign in to the account from now on, its owner hears of it.
    async fn the_owner_is_told_when_an_address_connects_their_account(app: TestApp) {
        app.owner().await;
        let (app, _) = with_github(&app, Person { id: 2, email: OWNER, verified: true }).await;
        expect_signed_in(&app, &sign_in(&app).await);
        assert_eq!(app.mails(OWNER).await[0].subject, "Your account is connected with GitHub");
        expect_signed_in(&app, &sign_in(&app).await);
        assert!(app.mails(OWNER).await.is_empty());
    }
}
