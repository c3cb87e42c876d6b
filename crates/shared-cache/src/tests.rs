use std::{
    slice::from_ref,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};

use crate::{Cache, LARGEST_VALUE, Limit, Options, Rate, State, testing::RedisServer};

/// A machine under load may be slower than a server's patience.
const PATIENT: Options = Options { deadline: Duration::from_secs(2) };
const LONG: Duration = Duration::from_secs(60);

fn start_of_time() -> DateTime<Utc> {
    "2026-05-01T12:00:00Z".parse().expect("a time")
}

fn limit(key: &str, burst: i32) -> Limit {
    Limit { key: key.to_owned(), rate: Rate { burst, every_seconds: 60 } }
}

async fn connect(redis: &RedisServer) -> Cache {
    let cache = Cache::redis(&redis.url(), PATIENT).await.expect("a Redis that lets us in");
    assert_eq!(cache.state(), State::Shared);
    cache
}

async fn until(what: &str, holds: impl Fn() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < Duration::from_secs(20), "waited in vain until {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// What limits promise, wherever they are kept.
async fn limits_bind(cache: &Cache) {
    let now = start_of_time();
    let (ada, office) = (limit("ada", 2), limit("office", 3));
    let both = [office.clone(), ada.clone()];
    assert_eq!(cache.count(&both, now).await, Ok(()));
    assert_eq!(cache.count(&both, now).await, Ok(()));
    assert_eq!(cache.count(&both, now).await, Err(Duration::from_secs(60)));
    // The refused attempt was not counted against the office: it has one left.
    assert_eq!(cache.count(from_ref(&office), now).await, Ok(()));
    assert_eq!(cache.count(from_ref(&office), now).await, Err(Duration::from_secs(60)));
    cache.give_back(&office).await;
    assert_eq!(cache.count(from_ref(&office), now).await, Ok(()));
    let later = now + TimeDelta::seconds(59);
    assert_eq!(cache.count(from_ref(&office), later).await, Err(Duration::from_secs(1)));
    assert_eq!(cache.count(&[office], now + TimeDelta::seconds(60)).await, Ok(()));
    cache.forgive(&ada).await;
    assert_eq!(cache.count(from_ref(&ada), now).await, Ok(()));
    assert_eq!(cache.count(from_ref(&ada), now).await, Ok(()));
    assert!(cache.count(&[ada], now).await.is_err());
}

async fn values_are_kept(cache: &Cache) {
    let value = Bytes::from_static(b"\0\xff value");
    cache.put("space", "key", value.clone(), LONG).await;
    assert_eq!(cache.get("space", "key").await, Some(value.clone()));
    assert_eq!(cache.get("other", "key").await, None);
    cache.delete("space", "key").await;
    assert_eq!(cache.get("space", "key").await, None);
    cache.put("space", "large", Bytes::from(vec![7; LARGEST_VALUE + 1]), LONG).await;
    assert_eq!(cache.get("space", "large").await, None);
    cache.put("space", "brief", value, Duration::from_millis(40)).await;
    tokio::time::sleep(Duration::from_millis(80)).await;
    assert_eq!(cache.get("space", "brief").await, None);
}

#[tokio::test]
async fn one_process_needs_no_redis() {
    let cache = Cache::in_process();
    assert_eq!(cache.state(), State::InProcess);
    limits_bind(&cache).await;
    values_are_kept(&cache).await;
}

#[tokio::test]
async fn redis_keeps_the_same_promises() {
    let redis = RedisServer::start();
    let cache = connect(&redis).await;
    limits_bind(&cache).await;
    values_are_kept(&cache).await;
    assert_eq!(cache.state(), State::Shared, "all of that was kept by Redis");
}

#[tokio::test]
async fn servers_share_values_limits_and_word_of_changes() {
    let redis = RedisServer::start();
    let (one, other) = (connect(&redis).await, connect(&redis).await);
    one.put("space", "key", Bytes::from_static(b"shared"), LONG).await;
    assert_eq!(other.get("space", "key").await, Some(Bytes::from_static(b"shared")));
    let guess = [limit("guess", 1)];
    assert_eq!(one.count(&guess, start_of_time()).await, Ok(()));
    assert!(other.count(&guess, start_of_time()).await.is_err());

    let (heard_here, heard_there) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0)));
    for (cache, heard) in [(&one, &heard_here), (&other, &heard_there)] {
        let heard = Arc::clone(heard);
        cache.listen("rights", move || {
            heard.fetch_add(1, Ordering::SeqCst);
        });
    }
    one.tell_others("weather").await;
    one.tell_others("rights").await;
    until("the other has heard", || heard_there.load(Ordering::SeqCst) == 1).await;
    assert_eq!(heard_here.load(Ordering::SeqCst), 0, "who tells knows already");
}

#[tokio::test]
async fn the_loss_of_redis_breaks_nothing_and_its_return_shares_again() {
    let mut redis = RedisServer::start();
    let (one, other) = (connect(&redis).await, connect(&redis).await);
    let guess = [limit("guess", 2)];
    assert_eq!(one.count(&guess, start_of_time()).await, Ok(()));
    let heard = Arc::new(AtomicU32::new(0));
    let ears = Arc::clone(&heard);
    other.listen("rights", move || {
        ears.fetch_add(1, Ordering::SeqCst);
    });

    redis.kill();
    assert_eq!(one.count(&guess, start_of_time()).await, Ok(()));
    assert!(one.count(&guess, start_of_time()).await.is_err(), "what was counted here before still counts");
    assert!(matches!(one.state(), State::Away(_)));
    values_are_kept(&one).await;
    one.tell_others("rights").await;
    assert_eq!(other.count(&guess, start_of_time()).await, Ok(()), "each server counts for itself");

    redis.restart();
    until("both share again", || one.state() == State::Shared && other.state() == State::Shared).await;
    until("word that may have been missed is heard", || heard.load(Ordering::SeqCst) == 1).await;
    let again = [limit("again", 1)];
    assert_eq!(one.count(&again, start_of_time()).await, Ok(()));
    assert!(other.count(&again, start_of_time()).await.is_err());
}

#[tokio::test]
async fn a_redis_that_hangs_is_waited_for_once_and_not_for_long() {
    let redis = RedisServer::start();
    let deadline = Duration::from_millis(100);
    let cache = Cache::redis(&redis.url(), Options { deadline }).await.expect("a Redis that lets us in");
    until("it is shared", || cache.state() == State::Shared).await;
    redis.pause();
    let began = Instant::now();
    for _ in 0..50 {
        assert_eq!(cache.get("space", "key").await, None);
    }
    let took = began.elapsed();
    redis.resume();
    assert!(took < deadline * 25, "50 questions took {took:?}");
    until("it is shared again", || cache.state() == State::Shared).await;
}

#[tokio::test]
async fn a_refused_password_fails_the_start_and_stays_secret() {
    let redis = RedisServer::start_with_password("open sesame");
    for url in [redis.url(), redis.url().replace("redis://", "redis://:swordfish@")] {
        let error = Cache::redis(&url, PATIENT).await.expect_err("a refusal").to_string();
        assert!(error.contains("Redis refuses this server"), "{error}");
        assert!(!error.contains("swordfish"), "{error}");
    }
    let right = redis.url().replace("redis://", "redis://:open%20sesame@").replace("/0", "/3");
    let cache = Cache::redis(&right, PATIENT).await.expect("a Redis that lets us in");
    values_are_kept(&cache).await;
}

#[tokio::test]
async fn a_redis_that_is_not_there_yet_may_come() {
    let mut redis = RedisServer::start();
    redis.kill();
    let cache = Cache::redis(&redis.url(), PATIENT).await.expect("a cache without Redis");
    assert!(matches!(cache.state(), State::Away(_)));
    limits_bind(&cache).await;
    redis.restart();
    until("it is shared", || cache.state() == State::Shared).await;
}

#[tokio::test]
async fn an_address_of_something_else_is_refused() {
    let error = Cache::redis("http://127.0.0.1:1", PATIENT).await.expect_err("no address of a Redis");
    assert!(error.to_string().contains("address"), "{error}");
}
