//! Signing in and out, through the API.

mod begun;
mod guessing;
mod passwords;
mod profile;
mod registration;
mod tokens;
mod users;

use std::net::SocketAddr;

use axum::{
    body::Body,
    extract::ConnectInfo,
    http::{Method, Request},
};
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{Error, NewUser, create_user, list_users, set_password};
use crate::testing::{Answer, Caller, PASSWORD, TestApp, app_tests, request, with_header};

const OWNER: &str = "owner@example.com";

async fn try_sign_in(app: &TestApp, email: &str, password: &str) -> Answer {
    app.nobody().post("/sessions", json!({ "email": email, "password": password })).await
}

async fn sign_in_from(app: &TestApp, address: &str, email: &str, password: &str) -> Answer {
    let peer: SocketAddr = format!("{address}:40000").parse().expect("an address");
    let body = json!({ "email": email, "password": password });
    let mut request = request(Method::POST, "/api/v1/sessions", Some(body));
    request.extensions_mut().insert(ConnectInfo(peer));
    app.send(request).await
}

fn by_cookie(caller: &Caller, method: Method, path: &str, body: Option<Value>) -> Request<Body> {
    let token = caller.cookie.as_deref().expect("somebody signed in");
    with_header(request(method, path, body), "cookie", &format!("other=1; radix_session={token}; more=2"))
}

/// An answer without what differs from request to request.
fn without_id(answer: &Answer) -> Value {
    let mut body = answer.json();
    body["request_id"].take();
    body
}

app_tests! {
    async fn the_right_password_signs_in_whatever_the_letter_case_of_the_address(app: TestApp) {
        app.owner().await;
        let body = try_sign_in(&app, " OWNER@Example.COM ", PASSWORD).await.expect(201);
        assert_eq!(body["user"]["email"], OWNER);
        assert!(!body.to_string().contains("password"));
    }

    async fn the_page_gets_a_cookie_that_scripts_can_not_read(app: TestApp) {
        app.owner().await;
        let answer = try_sign_in(&app, OWNER, PASSWORD).await;
        let token = answer.cookie().expect("a cookie");
        assert_eq!(token.len(), 43);
        let expected = format!("radix_session={token}; Path=/; Max-Age=34560000; HttpOnly; SameSite=Lax");
        assert_eq!(answer.header("set-cookie"), Some(expected.as_str()));
    }

    // Attack 28: an answer must not tell which addresses have an account, nor must the time it takes.
    async fn nobodys_address_is_refused_like_a_wrong_password(app: TestApp) {
        app.owner().await;
        let before = app.app.passwords().checks();

        let wrong_password = try_sign_in(&app, OWNER, "something else").await;
        let checks_of_wrong_password = app.app.passwords().checks() - before;
        let nobody = try_sign_in(&app, "nobody@example.com", "something else").await;
        let checks_of_nobody = app.app.passwords().checks() - before - checks_of_wrong_password;

        wrong_password.expect_problem(401, "credentials_wrong");
        nobody.expect_problem(401, "credentials_wrong");
        assert_eq!(without_id(&wrong_password), without_id(&nobody));
        assert_eq!((checks_of_wrong_password, checks_of_nobody), (1, 1));
    }

    // bcrypt looks at 72 bytes: what comes after must not be ignored.
    async fn a_password_with_something_after_72_bytes_is_another_password(app: TestApp) {
        let longest = "p".repeat(72);
        let new = |email: &str, password: &str| NewUser {
            email: email.to_owned(),
            password: password.to_owned(),
            first_name: String::new(),
            last_name: String::new(),
            is_admin: false,
        };
        create_user(&app.app, new("long@example.com", &longest)).await.expect("72 bytes are allowed");
        let refused = create_user(&app.app, new("longer@example.com", &format!("{longest}x"))).await;
        assert!(matches!(refused, Err(Error::Invalid(_))), "{refused:?}");

        try_sign_in(&app, "long@example.com", &longest).await.expect(201);
        let longer = format!("{longest}x");
        try_sign_in(&app, "long@example.com", &longer).await.expect_problem(401, "credentials_wrong");
    }

    // Attack 28: guessing must be slow.
    async fn too_many_attempts_are_refused_until_time_has_passed(app: TestApp) {
        app.owner().await;
        for _ in 0..10 {
            sign_in_from(&app, "203.0.113.5", OWNER, "wrong password").await.expect_problem(401, "credentials_wrong");
        }

        let refused = sign_in_from(&app, "203.0.113.5", OWNER, PASSWORD).await;

        refused.expect_problem(429, "too_many_attempts");
        assert_eq!(refused.header("retry-after"), Some("60"));
        sign_in_from(&app, "203.0.113.6", OWNER, PASSWORD).await.expect(201);
        sign_in_from(&app, "203.0.113.5", "other@example.com", "x").await.expect_problem(401, "credentials_wrong");
        app.clock.advance(TimeDelta::seconds(60));
        sign_in_from(&app, "203.0.113.5", OWNER, PASSWORD).await.expect(201);
        for _ in 0..10 {
            sign_in_from(&app, "203.0.113.5", OWNER, PASSWORD).await.expect(201);
        }
    }

    async fn another_address_of_the_same_ipv6_network_is_the_same_guesser(app: TestApp) {
        for number in 0..10 {
            let address = format!("[2001:db8:1:2::{number}]");
            sign_in_from(&app, &address, OWNER, "wrong").await.expect_problem(401, "credentials_wrong");
        }
        sign_in_from(&app, "[2001:db8:1:2:ffff::1]", OWNER, "x").await.expect_problem(429, "too_many_attempts");
        sign_in_from(&app, "[2001:db8:1:3::1]", OWNER, "x").await.expect_problem(401, "credentials_wrong");
    }

    // Attack 28: nor must guessing one password for many addresses be quick.
    async fn one_address_may_not_try_many_accounts(app: TestApp) {
        for number in 0..100 {
            let email = format!("{number}@example.com");
            sign_in_from(&app, "203.0.113.5", &email, "x").await.expect_problem(401, "credentials_wrong");
        }
        let refused = sign_in_from(&app, "203.0.113.5", "100@example.com", "x").await;
        refused.expect_problem(429, "too_many_attempts");
    }

    async fn signing_out_ends_the_session_and_no_other(app: TestApp) {
        let here = app.owner().await;
        let there = app.sign_in(OWNER).await;

        let answer = here.delete("/sessions/current").await;

        answer.expect(204);
        assert!(answer.header("set-cookie").expect("a cookie").starts_with("radix_session=; Path=/; Max-Age=0"));
        here.get("/me").await.expect_problem(401, "not_signed_in");
        there.get("/me").await.expect(200);
    }

    async fn a_session_ends_30_days_after_its_last_use(app: TestApp) {
        let used = app.owner().await;
        let forgotten = app.sign_in(OWNER).await;
        for _ in 0..3 {
            app.clock.advance(TimeDelta::days(20));
            used.get("/me").await.expect(200);
        }
        forgotten.get("/me").await.expect_problem(401, "not_signed_in");
        app.clock.advance(TimeDelta::days(30));
        used.get("/me").await.expect_problem(401, "not_signed_in");
    }

    async fn a_new_password_ends_all_sessions(app: TestApp) {
        let owner = app.owner().await;

        set_password(&app.app, "OWNER@example.com", "another fine password").await.expect("a new password");

        owner.get("/me").await.expect_problem(401, "not_signed_in");
        try_sign_in(&app, OWNER, PASSWORD).await.expect_problem(401, "credentials_wrong");
        try_sign_in(&app, OWNER, "another fine password").await.expect(201);
        let nobody = set_password(&app.app, "nobody@example.com", "another fine password").await;
        assert!(matches!(nobody, Err(Error::NoSuchUser)));
        let weak = set_password(&app.app, OWNER, "short").await;
        assert!(matches!(weak, Err(Error::Invalid(_))));
    }

    async fn an_address_has_one_account(app: TestApp) {
        app.owner().await;
        let new = NewUser {
            email: "Owner@EXAMPLE.com".to_owned(),
            password: PASSWORD.to_owned(),
            first_name: "Somebody".to_owned(),
            last_name: "Else".to_owned(),
            is_admin: true,
        };
        let refused = create_user(&app.app, new).await;
        assert!(matches!(refused, Err(Error::EmailTaken)), "{refused:?}");
        assert_eq!(list_users(&app.app).await.expect("the store answers").len(), 1);
    }

    // Attack 6: no cookie but one given out by this server signs anybody in.
    async fn a_forged_cookie_or_token_is_refused(app: TestApp) {
        let owner = app.owner().await;
        let token = owner.cookie.clone().expect("a cookie");
        let stored = crate::accounts::store::sessions::find_by_token(app.app.db(), &crate::secret::hash(&token)).await.expect("an answer");
        let hash = stored.expect("the session").0.token;
        let forged = ["", "null", "eyJhbGciOiJub25lIn0.e30.", &hash, &token[..42], &format!("{token}="), "ÿ"];
        for token in forged {
            let cookie = format!("radix_session={token}");
            let mut as_cookie = request(Method::GET, "/api/v1/me", None);
            let value = axum::http::HeaderValue::from_bytes(cookie.as_bytes()).expect("a header's value");
            as_cookie.headers_mut().insert("cookie", value);
            app.send(as_cookie).await.expect_problem(401, "not_signed_in");
            let mut as_token = request(Method::GET, "/api/v1/me", None);
            let value = format!("Bearer {token}");
            let value = axum::http::HeaderValue::from_bytes(value.as_bytes()).expect("a header's value");
            as_token.headers_mut().insert("authorization", value);
            app.send(as_token).await.expect_problem(401, "not_signed_in");
        }
    }

    // Attack 16: browsers send the cookie with requests that pages of others make.
    async fn the_cookie_changes_nothing_on_behalf_of_another_site(app: TestApp) {
        let owner = app.owner().await;
        let path = format!("/api/v1{}", owner.path(""));
        let rename = || by_cookie(&owner, Method::PATCH, &path, Some(json!({ "name": "Taken over" })));
        let foreign = [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("origin", "https://evil.example"),
            ("origin", "http://radix.test.evil.example"),
            ("origin", "http://radix.test:8081"),
            ("origin", "null"),
        ];
        for (name, value) in foreign {
            app.send(with_header(rename(), name, value)).await.expect_problem(403, "foreign_origin");
        }
        app.send(rename()).await.expect_problem(403, "foreign_origin");
        let both = with_header(with_header(rename(), "sec-fetch-site", "cross-site"), "origin", "http://radix.test");
        app.send(both).await.expect_problem(403, "foreign_origin");

        app.send(with_header(rename(), "sec-fetch-site", "same-origin")).await.expect(200);
        app.send(with_header(rename(), "origin", "http://radix.test")).await.expect(200);
        app.send(by_cookie(&owner, Method::GET, &path, None)).await.expect(200);
    }

    // Attack 16: forms can send only these content types without asking first, and none of them is read as JSON.
    async fn a_form_is_not_json(app: TestApp) {
        let owner = app.owner().await;
        let path = format!("/api/v1{}", owner.path("/api_keys"));
        for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""] {
            let request = by_cookie(&owner, Method::POST, &path, Some(json!({ "name": "x" })));
            let request = with_header(with_header(request, "origin", "http://radix.test"), "content-type", kind);
            app.send(request).await.expect_problem(415, "content_type_unsupported");
        }
    }

    // Attack 16: no page of another site may read an answer.
    async fn no_other_site_is_allowed_to_read(app: TestApp) {
        let owner = app.owner().await;
        for method in [Method::GET, Method::OPTIONS] {
            let request = with_header(by_cookie(&owner, method, "/api/v1/me", None), "origin", "https://evil.example");
            let request = with_header(request, "access-control-request-method", "GET");
            let answer = app.send(request).await;
            assert_eq!(answer.header("access-control-allow-origin"), None);
            assert_eq!(answer.header("access-control-allow-credentials"), None);
        }
    }

    // Attack 17: nothing here sends people on to an address from the request.
    async fn signing_in_leads_nowhere_else(app: TestApp) {
        app.owner().await;
        for next in ["//evil.example", "/%5Cevil.example", "%09//evil.example", "https://evil.example"] {
            let body = json!({ "email": OWNER, "password": PASSWORD });
            let answer = app.nobody().post(&format!("/sessions?next={next}&return_to={next}"), body).await;
            answer.expect(201);
            assert_eq!(answer.header("location"), None);
            assert_eq!(answer.header("refresh"), None);
        }
    }

    // Attack 22: a request can't set what it isn't asked for.
    async fn unknown_fields_are_refused_not_ignored(app: TestApp) {
        let body = json!({ "email": OWNER, "password": PASSWORD, "is_admin": true });
        let problem = app.nobody().post("/sessions", body).await.expect_problem(422, "validation_failed");
        assert_eq!(problem["errors"][0]["field"], "is_admin");
        assert_eq!(problem["errors"][0]["code"], "unknown");
    }

    async fn a_bearer_token_counts_before_a_cookie(app: TestApp) {
        let owner = app.owner().await;
        let request = with_header(by_cookie(&owner, Method::GET, "/api/v1/me", None), "authorization", "Bearer wrong");
        app.send(request).await.expect_problem(401, "not_signed_in");
        let basic = with_header(by_cookie(&owner, Method::GET, "/api/v1/me", None), "authorization", "Basic eDp4");
        app.send(basic).await.expect_problem(401, "not_signed_in");
    }
}
