//! What programs prove themselves with, and sessions as their owner sees them.

use axum::http::Method;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::OWNER;
use crate::testing::{Answer, PASSWORD, TestApp, app_tests, request, with_header};

async fn program(app: &TestApp) -> Value {
    app.nobody().post("/sessions", json!({ "email": OWNER, "password": PASSWORD })).await.expect(201)
}

async fn bearer(app: &TestApp, token: &Value) -> Answer {
    let value = format!("Bearer {}", token.as_str().unwrap_or_default());
    app.send(with_header(request(Method::GET, "/api/v1/me", None), "authorization", &value)).await
}

async fn refresh(app: &TestApp, token: &Value) -> Answer {
    app.nobody().post("/sessions/refresh", json!({ "refresh_token": token })).await
}

app_tests! {
    async fn programs_get_tokens_and_pages_do_not(app: TestApp) {
        app.owner().await;
        let body = program(&app).await;
        assert_eq!((&body["token_type"], &body["expires_in"]), (&json!("Bearer"), &json!(900)));
        assert_eq!(body["refresh_token"].as_str().map(str::len), Some(43));
        bearer(&app, &body["access_token"]).await.expect(200);

        for (name, value) in [("origin", "http://radix.test"), ("sec-fetch-site", "same-origin")] {
            let body = json!({ "email": OWNER, "password": PASSWORD });
            let page = with_header(request(Method::POST, "/api/v1/sessions", Some(body)), name, value);
            let answer = app.send(page).await;
            let body = answer.expect(201);
            assert!(body.get("access_token").is_none() && body.get("refresh_token").is_none(), "{body}");
            assert!(answer.cookie().is_some());
        }
    }

    async fn an_access_token_works_for_15_minutes_and_a_refresh_token_for_7_days(app: TestApp) {
        app.owner().await;
        let first = program(&app).await;
        app.clock.advance(TimeDelta::minutes(16));
        bearer(&app, &first["access_token"]).await.expect_problem(401, "not_signed_in");
        let second = refresh(&app, &first["refresh_token"]).await.expect(200);
        bearer(&app, &second["access_token"]).await.expect(200);
        app.clock.advance(TimeDelta::days(8));
        refresh(&app, &second["refresh_token"]).await.expect_problem(401, "refresh_token_invalid");
    }

    async fn how_long_links_and_tokens_work_is_a_setting_of_the_instance(app: TestApp) {
        let owner = app.owner().await;
        let settings = [
            ("access_token_minutes", json!(5)),
            ("refresh_token_days", json!(2)),
            ("password_reset_minutes", json!(90)),
            ("invitation_days", json!(1)),
            ("instance_name", json!("Engine room")),
        ];
        for (key, value) in settings {
            owner.patch(&format!("/settings/{key}"), json!({ "value": value })).await.expect(200);
        }
        assert_eq!(app.nobody().get("/instance").await.expect(200)["name"], "Engine room");
        let tokens = program(&app).await;
        assert_eq!(tokens["expires_in"], 300);
        owner.post("/users", json!({ "email": "new@example.com" })).await.expect(201);
        app.nobody().post("/password_resets", json!({ "email": OWNER })).await.expect(202);
        let (reset, invitation) = (app.mails(OWNER).await.remove(0), app.mails("new@example.com").await.remove(0));
        assert!(reset.small[0].contains("for 90 minutes") && invitation.small[0].contains("for 1 day."), "{reset:?}");
        assert_eq!((reset.instance.as_str(), invitation.instance.as_str()), ("Engine room", "Engine room"));
        let confirm = |letter: &crate::mail::Letter| {
            let url = letter.button.as_ref().map(|(_, url)| url.clone()).unwrap_or_default();
            json!({ "token": url.rsplit('=').next(), "password": "another horse battery" })
        };
        app.clock.advance(TimeDelta::minutes(89));
        bearer(&app, &tokens["access_token"]).await.expect_problem(401, "not_signed_in");
        let next = refresh(&app, &tokens["refresh_token"]).await.expect(200);
        app.clock.advance(TimeDelta::minutes(2));
        app.nobody().post("/password_resets/confirm", confirm(&reset)).await.expect_problem(403, "link_invalid");
        app.clock.advance(TimeDelta::hours(47));
        app.nobody().post("/password_resets/confirm", confirm(&invitation)).await.expect_problem(403, "link_invalid");
        app.clock.advance(TimeDelta::hours(2));
        refresh(&app, &next["refresh_token"]).await.expect_problem(401, "refresh_token_invalid");
    }

    async fn a_refresh_token_that_is_used_twice_ends_the_whole_family(app: TestApp) {
        app.owner().await;
        let stolen = program(&app).await;
        let next = refresh(&app, &stolen["refresh_token"]).await.expect(200);
        bearer(&app, &next["access_token"]).await.expect(200);

        refresh(&app, &stolen["refresh_token"]).await.expect_problem(401, "refresh_token_invalid");

        bearer(&app, &next["access_token"]).await.expect_problem(401, "not_signed_in");
        bearer(&app, &stolen["access_token"]).await.expect_problem(401, "not_signed_in");
        refresh(&app, &next["refresh_token"]).await.expect_problem(401, "refresh_token_invalid");
    }

    async fn of_two_refreshes_at_once_exactly_one_wins(app: TestApp) {
        app.owner().await;
        let body = program(&app).await;
        let tries: Vec<_> = (0..4).map(|_| {
            let (app, token) = (app.clone(), body["refresh_token"].clone());
            tokio::spawn(async move { refresh(&app, &token).await.status.as_u16() })
        }).collect();
        let mut statuses = Vec::new();
        for one in tries {
            statuses.push(one.await.expect("no panic"));
        }
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 401, 401, 401]);
    }

    // Attack 6: a token that was not signed here, or by another algorithm, or with a key everybody knows.
    async fn forged_tokens_are_refused(app: TestApp) {
        app.owner().await;
        let body = program(&app).await;
        let token = body["access_token"].as_str().expect("a token");
        let parts: Vec<&str> = token.split('.').collect();
        let encode = |text: &str| URL_SAFE_NO_PAD.encode(text);
        let none = encode(r#"{"alg":"none","typ":"JWT"}"#);
        let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(parts[1]).expect("base64")).expect("JSON");
        let mut later = claims.clone();
        later["exp"] = json!(4_000_000_000_u64);
        let sign = |key: &[u8], algorithm| {
            let key = jsonwebtoken::EncodingKey::from_secret(key);
            jsonwebtoken::encode(&jsonwebtoken::Header::new(algorithm), &claims, &key).expect("a token")
        };
        let own_key = app.app.settings().master_key.derive("access tokens");
        let other_key = app.app.settings().master_key.derive("anything else");
        let forged = [
            format!("{none}.{}.", parts[1]),
            format!("{none}.{}.{}", parts[1], parts[2]),
            format!("{}.{}.{}", parts[0], encode(&later.to_string()), parts[2]),
            format!("{}.{}.", parts[0], parts[1]),
            format!("{}.{}", parts[0], parts[1]),
            sign(b"secret", jsonwebtoken::Algorithm::HS256),
            sign(&other_key, jsonwebtoken::Algorithm::HS256),
            sign(&own_key, jsonwebtoken::Algorithm::HS512),
        ];
        bearer(&app, &json!(token)).await.expect(200);
        for token in forged {
            bearer(&app, &json!(token)).await.expect_problem(401, "not_signed_in");
        }
    }

    async fn an_ended_session_ends_its_tokens_at_once(app: TestApp) {
        app.owner().await;
        let body = program(&app).await;
        bearer(&app, &body["access_token"]).await.expect(200);
        let value = format!("Bearer {}", body["access_token"].as_str().expect("a token"));
        let sign_out = request(Method::DELETE, "/api/v1/sessions/current", None);
        app.send(with_header(sign_out, "authorization", &value)).await.expect(204);
        bearer(&app, &body["access_token"]).await.expect_problem(401, "not_signed_in");
        refresh(&app, &body["refresh_token"]).await.expect_problem(401, "refresh_token_invalid");
    }

    async fn another_server_refuses_an_ended_session_within_a_second(app: TestApp) {
        let owner = app.owner().await;
        let other = app.restart().await;
        let there = crate::testing::Caller { app: other, ..owner.clone() };
        there.get("/me").await.expect(200);
        owner.delete("/sessions/current").await.expect(204);
        tokio::time::sleep(std::time::Duration::from_millis(900)).await;
        there.get("/me").await.expect_problem(401, "not_signed_in");
    }

    async fn sessions_are_listed_with_their_device_and_ended_one_by_one(app: TestApp) {
        let here = app.owner().await;
        let agent = "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0";
        let body = json!({ "email": OWNER, "password": PASSWORD });
        let sign_in = with_header(request(Method::POST, "/api/v1/sessions", Some(body)), "user-agent", agent);
        app.send(sign_in).await.expect(201);

        let sessions = here.get("/sessions").await.expect(200)["items"].clone();
        let sessions = sessions.as_array().expect("a list");
        let other = sessions.iter().find(|one| one["device"] == "Firefox on Linux").expect("the other one");
        assert_eq!((&other["current"], &other["ip_address"]), (&json!(false), &json!("192.0.2.1")));
        assert_eq!(sessions.iter().filter(|one| one["current"] == true).count(), 1);
        let before = sessions.len();

        let path = format!("/sessions/{}", other["id"].as_str().expect("an id"));
        // Attack 26: an id of somebody else's session is no id.
        app.stranger().await.delete(&path).await.expect_problem(404, "not_found");
        here.delete(&path).await.expect(204);
        here.delete(&path).await.expect_problem(404, "not_found");
        assert_eq!(here.get("/sessions").await.expect(200)["items"].as_array().map(Vec::len), Some(before - 1));
    }

    async fn signing_out_everywhere_may_spare_the_session_that_asks(app: TestApp) {
        let here = app.owner().await;
        let there = app.sign_in(OWNER).await;
        here.delete("/sessions?keep_current=true").await.expect(204);
        there.get("/me").await.expect_problem(401, "not_signed_in");
        here.get("/me").await.expect(200);
        here.delete("/sessions").await.expect(204);
        here.get("/me").await.expect_problem(401, "not_signed_in");
    }

    // A session that somebody planted in the browser before is not the one that signing in gives.
    async fn signing_in_gives_a_new_session_and_ends_the_one_before(app: TestApp) {
        let before = app.owner().await;
        let body = json!({ "email": OWNER, "password": PASSWORD });
        let cookie = before.cookie.clone().expect("a cookie");
        let again = request(Method::POST, "/api/v1/sessions", Some(body));
        let again = with_header(with_header(again, "cookie", &format!("radix_session={cookie}")), "origin", "http://radix.test");
        let answer = app.send(again).await;
        assert_ne!(answer.cookie(), Some(cookie));
        before.get("/me").await.expect_problem(401, "not_signed_in");
    }

    async fn what_has_expired_is_deleted(app: TestApp) {
        use sea_orm::{EntityTrait, PaginatorTrait};
        let owner = app.owner().await;
        app.clock.advance(TimeDelta::days(31));
        crate::accounts::clean_up(&app.app).await.expect("cleaned up");
        let left = crate::accounts::tables::user_sessions::Entity::find().count(app.app.db()).await.expect("a count");
        assert_eq!(left, 0);
        owner.get("/me").await.expect_problem(401, "not_signed_in");
    }
}
