//! Guessing at one account from many places, and not keeping its owner out by it.

use std::net::SocketAddr;

use axum::{extract::ConnectInfo, http::Method};
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{OWNER, sign_in_from, try_sign_in};
use crate::testing::{Answer, PASSWORD, TestApp, app_tests, request, with_header};

const STRANGERS: usize = 20;

/// Guesses from as many places and returns how often a guess was looked at.
async fn guess(app: &TestApp, times: usize, place: impl Fn(usize) -> String, login: impl Fn(usize) -> String) -> usize {
    let mut looked_at = 0;
    for number in 0..times {
        let answer = sign_in_from(app, &place(number), &login(number), "a wrong guess").await;
        assert!([401, 429].contains(&answer.status.as_u16()), "{}", answer.text());
        looked_at += usize::from(answer.status == 401);
    }
    looked_at
}

fn ipv4(number: usize) -> String {
    format!("203.0.{}.{}", number / 250, number % 250)
}

/// Signs in from an address, with the cookie of a browser.
async fn with_cookie(app: &TestApp, address: &str, cookie: &str, body: Value) -> Answer {
    let peer: SocketAddr = format!("{address}:40000").parse().expect("an address");
    let mut request = with_header(request(Method::POST, "/api/v1/sessions", Some(body)), "cookie", cookie);
    request.extensions_mut().insert(ConnectInfo(peer));
    app.send(request).await
}

/// Returns the cookie that makes a browser known.
fn device_of(answer: &Answer) -> Option<String> {
    let cookies = answer.headers.get_all("set-cookie").iter().filter_map(|cookie| cookie.to_str().ok());
    let pair = cookies.filter_map(|cookie| cookie.split(';').next()).find(|pair| pair.starts_with("radix_device="));
    pair.map(str::to_owned)
}

fn credentials(password: &str) -> Value {
    json!({ "email": OWNER, "password": password })
}

app_tests! {
    // Attack 28: two hundred addresses are not two hundred times as many guesses.
    async fn many_addresses_share_the_guesses_at_one_account(app: TestApp) {
        app.owner().await;
        assert_eq!(guess(&app, 200, ipv4, |_| OWNER.to_owned()).await, STRANGERS);
        // Nobody's account looks the same.
        let nobody = guess(&app, 60, ipv4, |_| "nobody@example.com".to_owned()).await;
        assert_eq!(nobody, STRANGERS);
        app.clock.advance(TimeDelta::minutes(2));
        assert_eq!(guess(&app, 60, |number| ipv4(300 + number), |_| OWNER.to_owned()).await, 1);
    }

    async fn a_block_of_ipv6_is_many_addresses_of_one(app: TestApp) {
        app.owner().await;
        let place = |number: usize| format!("[2001:db8:1:{number:x}::1]");
        assert_eq!(guess(&app, 100, place, |_| OWNER.to_owned()).await, STRANGERS);
        // Nor does it try many accounts: 400 where one network may try 100.
        let place = |number: usize| format!("[2001:db8:2:{:x}::1]", number / 60);
        let looked_at = guess(&app, 460, place, |number| format!("{number}@example.com")).await;
        assert_eq!(looked_at, 400);
    }

    async fn a_username_and_an_address_are_one_account(app: TestApp) {
        let owner = app.owner().await;
        owner.patch("/me/profile", json!({ "username": "ada" })).await.expect(200);
        let login = |number: usize| ["ada", OWNER, " ADA ", "Owner@Example.COM"][number % 4].to_owned();
        assert_eq!(guess(&app, 100, ipv4, login).await, STRANGERS);
        // From one place, too.
        assert_eq!(guess(&app, 30, |_| "192.0.2.1".to_owned(), login).await, 10);
    }

    // Attack 28: strangers who guess keep nobody out who has been here before.
    async fn a_known_device_keeps_its_own_guesses(app: TestApp) {
        app.owner().await;
        let first = sign_in_from(&app, "198.51.100.7", OWNER, PASSWORD).await;
        first.expect(201);
        let device = device_of(&first).expect("a cookie");
        let mut header = first.headers.get_all("set-cookie").iter().filter_map(|cookie| cookie.to_str().ok());
        let header = header.rfind(|cookie| cookie.starts_with("radix_device=")).expect("a cookie");
        assert!(header.ends_with("; Path=/api/v1; Max-Age=34560000; HttpOnly; SameSite=Lax"), "{header}");
        guess(&app, 200, ipv4, |_| OWNER.to_owned()).await;
        // Its own network is used up as well: another customer of the same café guesses.
        guess(&app, 120, |_| "198.51.100.9".to_owned(), |number| format!("{number}@example.com")).await;

        sign_in_from(&app, "198.51.100.9", OWNER, PASSWORD).await.expect_problem(429, "too_many_attempts");
        with_cookie(&app, "198.51.100.9", &device, credentials("a slip")).await.expect_problem(401, "credentials_wrong");
        with_cookie(&app, "198.51.100.9", &device, credentials(PASSWORD)).await.expect(201);
        // The cookie is no way to more guesses.
        for _ in 0..10 {
            with_cookie(&app, "198.51.100.9", &device, credentials("a guess")).await.expect(401);
        }
        with_cookie(&app, "203.0.113.99", &device, credentials("a guess")).await.expect_problem(429, "too_many_attempts");
    }

    async fn a_device_is_known_for_its_own_accounts_only(app: TestApp) {
        app.owner().await;
        app.create_user("eve@example.com", false).await;
        let eve = sign_in_from(&app, "203.0.113.5", "eve@example.com", PASSWORD).await;
        eve.expect(201);
        let device = device_of(&eve).expect("a cookie");
        let mut looked_at = 0;
        for number in 0..60 {
            let answer = with_cookie(&app, &ipv4(number), &device, credentials("a guess")).await;
            looked_at += usize::from(answer.status == 401);
        }
        assert_eq!(looked_at, STRANGERS);
        for forged in ["radix_device=x", "radix_device=", &device[..device.len() - 2]] {
            with_cookie(&app, "203.0.113.77", forged, credentials(PASSWORD)).await.expect_problem(429, "too_many_attempts");
        }
        // One browser of two people knows both.
        app.clock.advance(TimeDelta::hours(1));
        let both = with_cookie(&app, "203.0.113.5", &device, credentials(PASSWORD)).await;
        both.expect(201);
        let both = device_of(&both).expect("a cookie");
        guess(&app, 100, ipv4, |_| OWNER.to_owned()).await;
        guess(&app, 100, ipv4, |_| "eve@example.com".to_owned()).await;
        with_cookie(&app, "203.0.113.8", &both, credentials(PASSWORD)).await.expect(201);
        let eve = json!({ "email": "eve@example.com", "password": PASSWORD });
        with_cookie(&app, "203.0.113.8", &both, eve).await.expect(201);
    }

    // Programs keep no cookies, but come from the same network.
    async fn a_known_network_keeps_its_own_guesses(app: TestApp) {
        app.owner().await;
        sign_in_from(&app, "198.51.100.7", OWNER, PASSWORD).await.expect(201);
        sign_in_from(&app, "[2001:db8:7:7::1]", OWNER, PASSWORD).await.expect(201);
        guess(&app, 200, ipv4, |_| OWNER.to_owned()).await;
        sign_in_from(&app, "203.0.113.200", OWNER, PASSWORD).await.expect_problem(429, "too_many_attempts");
        sign_in_from(&app, "198.51.100.7", OWNER, PASSWORD).await.expect(201);
        sign_in_from(&app, "[2001:db8:7:7:8::9]", OWNER, PASSWORD).await.expect(201);
    }

    // Who has lost their device too still has their mail.
    async fn a_reset_makes_a_device_known(app: TestApp) {
        app.owner().await;
        guess(&app, 100, ipv4, |_| OWNER.to_owned()).await;
        sign_in_from(&app, "198.51.100.7", OWNER, PASSWORD).await.expect_problem(429, "too_many_attempts");
        app.nobody().post("/password_resets", json!({ "email": OWNER })).await.expect(202);
        let confirm = json!({ "token": app.mailed_token(OWNER).await, "password": "another fine password" });
        let device = app.nobody().post("/password_resets/confirm", confirm).await;
        device.expect(204);
        let device = device_of(&device).expect("a cookie");
        with_cookie(&app, "198.51.100.7", &device, credentials("another fine password")).await.expect(201);
    }

    // What strangers have guessed is not forgiven because the owner has signed in.
    async fn the_owner_who_signs_in_gives_strangers_nothing_back(app: TestApp) {
        app.owner().await;
        assert_eq!(guess(&app, 60, ipv4, |_| OWNER.to_owned()).await, STRANGERS);
        try_sign_in(&app, OWNER, PASSWORD).await.expect(201);
        assert_eq!(guess(&app, 60, |number| ipv4(300 + number), |_| OWNER.to_owned()).await, 0);
    }
}
