//! What must be found nowhere: secrets in the store, in the trail, in answers.

use sea_orm::{FromQueryResult, JsonValue, Statement};
use serde_json::{Value, json};

use crate::{
    testing::{Caller, PASSWORD, TestApp, app_tests},
    tests::permissions::{EXPECTED, call, fill},
};

const NEW_PASSWORD: &str = "another fine password";

/// Secrets in clear, each with a name for the test's own messages.
type Secrets = Vec<(&'static str, String)>;

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

/// Lets every secret there is come into being, and be used.
async fn every_secret(app: &TestApp) -> (Caller, Secrets) {
    let owner = app.owner().await;
    let mut secrets: Secrets = vec![("password", PASSWORD.to_owned()), ("new password", NEW_PASSWORD.to_owned())];
    let mut keep = |name, value: String| secrets.push((name, value));

    let register = json!({ "email": "ada@radix-int.com" });
    app.nobody().post("/accounts", register).await.expect(202);
    let verification = app.mailed_token("ada@radix-int.com").await;
    app.nobody()
        .post("/accounts/verification", json!({ "token": verification, "password": PASSWORD }))
        .await
        .expect(204);
    keep("verification", verification);
    let again = json!({ "email": "bob@radix-int.com" });
    app.nobody().post("/accounts", again).await.expect(202);
    keep("verification that waits", app.mailed_token("bob@radix-int.com").await);

    for name in ["reset", "reset that waits"] {
        app.nobody().post("/password_resets", json!({ "email": "ada@radix-int.com" })).await.expect(202);
        let reset = app.mailed_token("ada@radix-int.com").await;
        if name == "reset" {
            let confirm = json!({ "token": reset, "password": NEW_PASSWORD });
            app.nobody().post("/password_resets/confirm", confirm).await.expect(204);
            app.mails("ada@radix-int.com").await;
        }
        keep(name, reset);
    }
    owner.post("/me/email", json!({ "email": "new@radix-int.com", "password": PASSWORD })).await.expect(202);
    keep("change of address", app.mailed_token("new@radix-int.com").await);

    let credentials = json!({ "email": "ada@radix-int.com", "password": NEW_PASSWORD });
    let signed_in = app.nobody().post("/sessions", credentials).await;
    let body = signed_in.expect(201);
    keep("cookie", signed_in.cookie().expect("a cookie"));
    keep("access token", text(&body["access_token"]));
    let refresh = json!({ "refresh_token": body["refresh_token"] });
    let renewed = app.nobody().post("/sessions/refresh", refresh).await.expect(200);
    keep("used refresh token", text(&body["refresh_token"]));
    keep("refresh token", text(&renewed["refresh_token"]));

    let factor = owner.post("/me/second_factor", json!({ "password": PASSWORD })).await.expect(201);
    keep("second factor", text(&factor["secret"]));

    let key = owner.post(&owner.path("/api_keys"), json!({ "name": "site" })).await.expect(201);
    keep("rotated key", text(&key["key"]));
    let path = owner.path(&format!("/api_keys/{}/rotate", text(&key["id"])));
    keep("key", text(&owner.post(&path, json!({ "grace_hours": 1 })).await.expect(200)["key"]));
    let scopes = json!({ "name": "program", "kind": "secret", "scopes": ["events:view"] });
    keep("secret key", text(&owner.post(&owner.path("/api_keys"), scopes).await.expect(201)["key"]));

    let organization = text(&owner.get("/me").await.expect(200)["organizations"][0]["id"]);
    let guest = json!({ "email": "guest@example.net", "role": "member" });
    owner.post(&format!("/organizations/{organization}/invitations"), guest).await.expect(201);
    keep("invitation", app.mailed_token("guest@example.net").await);

    // What was refused leaves rows too.
    let wrong = json!({ "email": "owner@example.com", "password": "a wrong guess" });
    app.nobody().post("/sessions", wrong).await.expect(401);
    let wrong = json!({ "current_password": "a wrong guess", "new_password": NEW_PASSWORD });
    owner.post("/me/password", wrong).await.expect(422);
    keep("wrong guess", "a wrong guess".to_owned());
    app.app.mail().settle(std::time::Duration::from_secs(10)).await;
    until_refusals_are_written(&owner).await;
    (owner, secrets)
}

/// Refusals are written beside the request.
async fn until_refusals_are_written(owner: &Caller) {
    let began = std::time::Instant::now();
    for action in ["session.refused", "password.refused"] {
        while owner.get(&format!("/audit_logs?action={action}")).await.expect(200)["items"] == json!([]) {
            assert!(began.elapsed() < std::time::Duration::from_secs(30), "{action} is not in the trail");
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    }
}

/// Returns all rows of all tables, as text.
async fn stored(app: &TestApp) -> Vec<(String, String)> {
    let db = app.app.db();
    let mut all = Vec::new();
    for table in app.app.metadata().tables().await.expect("the store answers") {
        let question = Statement::from_string(db.get_database_backend(), format!("select * from {}", table.name));
        for row in JsonValue::find_by_statement(question).all(db).await.expect("rows") {
            all.push((table.name.clone(), row.to_string()));
        }
    }
    all
}

app_tests! {
    // Attack 23: what opens a door is kept nowhere in clear, in no table and no row of the trail.
    async fn no_secret_is_stored_in_clear(app: TestApp) {
        let (_, secrets) = every_secret(&app).await;
        let rows = stored(&app).await;
        for table in ["audit_logs", "users", "user_sessions", "api_keys", "org_invitations", "refresh_tokens"] {
            assert!(rows.iter().any(|(name, _)| name == table), "nothing was read of {table}");
        }
        assert!(rows.iter().any(|(_, row)| row.contains("session.refused")), "refusals are in the trail");
        let mut wrong = Vec::new();
        for (name, secret) in &secrets {
            wrong.extend(rows.iter().filter(|(_, row)| row.contains(secret)).map(|(table, row)| format!("{name} in {table}: {row}")));
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    // Attack 23, 27: nor is it, or what it is recognised by, in any answer.
    async fn no_answer_tells_a_secret_or_its_hash(app: TestApp) {
        let (owner, secrets) = every_secret(&app).await;
        let app = app.with_events().await;
        let owner = Caller { app, ..owner };
        let mut wrong = Vec::new();
        for (operation, body, _) in EXPECTED.iter().filter(|(operation, ..)| operation.starts_with("GET ")) {
            let (path, body) = fill(&owner, operation, body).await;
            let answer = call(&owner, operation, &path, &body).await;
            let text = answer.text();
            for (name, secret) in &secrets {
                if text.contains(secret) {
                    wrong.push(format!("{operation} tells the {name}"));
                }
                if text.contains(&crate::secret::hash(secret)) {
                    wrong.push(format!("{operation} tells the hash of the {name}"));
                }
            }
            for word in ["$2b$", "password_hash", "token_hash", "key_hash", "sealed_secret", "verification_token"] {
                if text.contains(word) {
                    wrong.push(format!("{operation} tells {word}"));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    // Attack 2, 23: nor is a secret repeated in a refusal, which may be logged on the way.
    async fn no_refusal_repeats_what_was_sent(app: TestApp) {
        let owner = app.owner().await;
        let secret = "hunter2-hunter2-hunter2";
        for (path, body) in [
            ("/sessions", json!({ "email": "owner@example.com", "password": secret, "extra": 1 })),
            ("/sessions", json!({ "email": "owner@example.com", "password": [secret] })),
            ("/sessions", json!({ "email": "owner@example.com", "password": secret })),
            ("/accounts", json!({ "email": "x", "password": secret })),
            ("/password_resets/confirm", json!({ "token": secret, "password": secret })),
            ("/accounts/verification", json!({ "token": secret })),
            ("/sessions/refresh", json!({ "refresh_token": secret })),
            ("/me/password", json!({ "current_password": secret, "new_password": "short" })),
            ("/me/deactivation", json!({ "password": secret })),
            ("/setup", json!({ "token": secret, "email": "x@example.com", "password": secret })),
        ] {
            let answer = owner.post(path, body).await;
            assert!(answer.status.is_client_error(), "{path}: {}", answer.text());
            assert!(!answer.text().contains("hunter2"), "{path}: {}", answer.text());
        }
    }
}
