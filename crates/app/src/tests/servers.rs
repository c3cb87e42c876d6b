//! Several servers on the same stores, with a Redis between them that comes and goes.

use std::time::{Duration, Instant};

use metadata_store::testing::Kind;
use serde_json::json;
use shared_cache::{Cache, Options, State, testing::RedisServer};

use crate::{
    tenancy,
    testing::{PASSWORD, TestApp, app_tests, run},
};

async fn cache(redis: &RedisServer) -> Cache {
    // A machine under load may be slower than a server's patience.
    let patient = Options { deadline: Duration::from_secs(2) };
    Cache::redis(&redis.url(), patient).await.expect("a Redis that lets us in")
}

async fn two_servers(app: &TestApp, redis: &RedisServer) -> (TestApp, TestApp) {
    (app.with_cache(cache(redis).await).await, app.with_cache(cache(redis).await).await)
}

async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let began = Instant::now();
    while !holds().await {
        assert!(began.elapsed() < Duration::from_secs(20), "waited in vain until {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn guess(server: &TestApp, times: usize) {
    for _ in 0..times {
        let credentials = json!({ "email": "owner@example.com", "password": "a wrong guess" });
        server.nobody().post("/sessions", credentials).await.expect_problem(401, "credentials_wrong");
    }
}

async fn is_limited(server: &TestApp) -> bool {
    let credentials = json!({ "email": "owner@example.com", "password": PASSWORD });
    server.nobody().post("/sessions", credentials).await.status == 429
}

app_tests! {
    async fn guesses_on_one_server_count_on_all(app: TestApp) {
        let redis = RedisServer::start();
        let (one, other) = two_servers(&app, &redis).await;
        app.owner().await;
        guess(&one, 5).await;
        guess(&other, 5).await;
        assert!(is_limited(&one).await && is_limited(&other).await);
        app.clock.advance(chrono::TimeDelta::minutes(1));
        assert!(!is_limited(&other).await, "the right password is let in again");
        // It is forgiven everywhere, too.
        guess(&one, 10).await;
        assert!(is_limited(&other).await);
    }

    async fn a_key_that_one_server_withdraws_is_refused_by_the_other_at_once(app: TestApp) {
        let redis = RedisServer::start();
        let (one, other) = two_servers(&app, &redis).await;
        let owner = one.owner().await;
        let made = owner.post(&owner.path("/api_keys"), json!({ "name": "site" })).await.expect(201);
        let (key, id) = (made["key"].as_str().expect("a key"), made["id"].as_str().expect("an id"));
        let is_known = async || tenancy::find_key(&other.app, key).await.expect("an answer").is_some();
        assert!(is_known().await);
        // The tests' clock stands still: what the other server remembers never grows old by itself.
        owner.patch(&owner.path(&format!("/api_keys/{id}")), json!({ "is_active": false })).await.expect(200);
        until("the other server has heard", async || !is_known().await).await;
    }
}

#[test]
fn the_loss_of_redis_signs_nobody_out_and_limits_still_bind() {
    run(Kind::Postgres, async |app: TestApp| {
        let mut redis = RedisServer::start();
        let (one, other) = two_servers(&app, &redis).await;
        let owner = one.owner().await;
        guess(&one, 6).await;
        redis.kill();
        for server in [&one, &other] {
            let same_person = crate::testing::Caller { app: server.clone(), ..owner.clone() };
            same_person.get("/me").await.expect(200);
        }
        guess(&one, 4).await;
        assert!(is_limited(&one).await, "what was guessed here before still counts");
        guess(&other, 10).await;
        assert!(is_limited(&other).await, "each server counts for itself");

        redis.restart();
        until("both share again", async || {
            [&one, &other].iter().all(|server| server.app.cache().state() == State::Shared)
        })
        .await;
        guess(&one, 5).await;
        guess(&other, 5).await;
        assert!(is_limited(&one).await && is_limited(&other).await);
    });
}
