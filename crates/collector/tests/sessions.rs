//! Sessions of senders that name none, on a real engine: whatever the order in which events arrive.

use std::collections::{BTreeMap, BTreeSet};
use std::time::SystemTime;

use analytics_model::{ProjectId, sql};
use analytics_store::{Day, Store};
use chrono::{DateTime, TimeDelta, Utc};
use collector::{Accepted, Arrival, Delivery, Incoming, Mode, NoRules, Options, Outcome, Properties, Writer};
use engine::testing::{TestEngine, engine};
use serde::Deserialize;
use tempfile::TempDir;
use uuid::Uuid;

const PROJECT: ProjectId = ProjectId(Uuid::from_u128(1));

struct World {
    _engine: TestEngine,
    store: Store,
    folder: TempDir,
    writer: Option<Writer>,
    sent: BTreeMap<String, Vec<DateTime<Utc>>>,
}

impl World {
    async fn new() -> Self {
        let engine = engine().await;
        let store = Store::unix(engine.socket(), "radixinsight").expect("a socket");
        store.migrate().await.expect("a schema");
        let folder = tempfile::tempdir().expect("a folder");
        let mut world = Self { _engine: engine, store, folder, writer: None, sent: BTreeMap::new() };
        world.restart().await;
        world
    }

    /// Starts a writer that knows only what the table tells.
    async fn restart(&mut self) {
        if let Some(before) = self.writer.take() {
            before.stop().await;
        }
        let options = Options::in_folder(self.folder.path());
        self.writer = Some(Writer::start(self.store.clone(), options, std::sync::Arc::new(NoRules)).expect("a writer"));
    }

    async fn send(&mut self, events: &[(&str, DateTime<Utc>)], mode: Mode) {
        for (who, time) in events {
            self.sent.entry((*who).to_owned()).or_default().push(*time);
        }
        self.send_all(events.iter().map(|(who, time)| event("seen", who, *time)).collect(), mode).await;
    }

    async fn send_all(&self, events: Vec<Incoming>, mode: Mode) {
        let now = SystemTime::now().into();
        let events = events.into_iter().map(|event| Accepted::new(event, now).expect("an event")).collect();
        let delivery = Delivery { arrival: Arrival::of(PROJECT, now), mode, events, refused: Vec::new() };
        let told = self.writer.as_ref().expect("a writer").store(&delivery, || {}).await.expect("outcomes");
        assert!(told.iter().all(|outcome| *outcome == Outcome::Stored), "{told:?}");
    }

    /// The times of each session's events, as the table has them.
    async fn stored(&self) -> BTreeSet<Vec<i64>> {
        #[derive(Deserialize)]
        struct Row {
            times: Vec<i64>,
        }
        let text = "select arraySort(groupArray(toUnixTimestamp64Milli(timestamp))) as times from events \
                    where event_name = 'seen' group by session_id";
        let rows = self.store.rows::<Row>(&sql(text), &analytics_store::Options::default()).await.expect("rows").rows;
        rows.into_iter().map(|row| row.times).collect()
    }

    /// When sessions begin, when they end, and their events, as the sums have them.
    async fn summed(&self) -> BTreeSet<(i64, i64, u32)> {
        #[derive(Deserialize)]
        struct Row {
            first: i64,
            last: i64,
            events: u32,
        }
        let text = "select toUnixTimestamp64Milli(started_at) as first, toUnixTimestamp64Milli(ended_at) as last, \
                    events_count as events from user_sessions";
        let rows = self.store.rows::<Row>(&sql(text), &analytics_store::Options::default()).await.expect("rows").rows;
        rows.iter().map(|row| (row.first, row.last, row.events)).collect()
    }

    async fn is_as_the_oracle_says(&self) {
        let expected: BTreeSet<Vec<i64>> = self.sent.values().flat_map(|times| oracle(times)).collect();
        let stored = self.stored().await;
        assert_eq!(stored.len(), expected.len(), "sessions");
        assert_eq!(stored, expected);
        let sums = expected.iter().map(|part| (part[0], part[part.len() - 1], part.len() as u32)).collect();
        assert_eq!(self.summed().await, sums);
    }
}

fn event(name: &str, who: &str, time: DateTime<Utc>) -> Incoming {
    let mut incoming = Incoming::new(name, who);
    incoming.timestamp = Some(time);
    incoming
}

/// The obvious way: in order, a new session after 30 minutes of silence and after 24 hours.
fn oracle(times: &[DateTime<Utc>]) -> Vec<Vec<i64>> {
    let mut times: Vec<i64> = times.iter().map(DateTime::timestamp_millis).collect();
    times.sort_unstable();
    let mut parts: Vec<Vec<i64>> = Vec::new();
    for time in times {
        match parts.last_mut() {
            Some(part) if time - part[part.len() - 1] <= 1_800_000 && time - part[0] <= 86_400_000 => part.push(time),
            _ => parts.push(vec![time]),
        }
    }
    parts
}

fn some_day() -> DateTime<Utc> {
    // Sessions go over midnight and the end of a month.
    DateTime::from_timestamp(1_777_590_000, 0).expect("a time")
}

struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }

    /// Events of some people, in no order. One of them is never silent.
    fn events(&mut self, number: usize, begin: DateTime<Utc>) -> Vec<(&'static str, DateTime<Utc>)> {
        let mut clocks = BTreeMap::from([("ada", begin), ("bob", begin), ("server", begin)]);
        let mut events = Vec::new();
        for _ in 0..number {
            let who = ["ada", "bob", "server"][self.below(3) as usize];
            let gap = if who == "server" || self.below(8) > 0 { self.below(30) } else { 25 + self.below(300) };
            let clock = clocks.get_mut(who).expect("a clock");
            *clock += TimeDelta::minutes(gap as i64) + TimeDelta::milliseconds(self.below(2) as i64);
            events.push((who, *clock));
        }
        for last in (1..events.len()).rev() {
            events.swap(last, self.below(last as u64 + 1) as usize);
        }
        events
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn minutes_40_0_and_20_make_one_session_in_events_and_in_sums() {
    for mode in [Mode::Live, Mode::Historical] {
        let mut world = World::new().await;
        for minute in [40, 0, 20] {
            world.send(&[("ada", some_day() + TimeDelta::minutes(minute))], mode).await;
        }
        world.is_as_the_oracle_says().await;
        assert_eq!(world.stored().await.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unsorted_import_in_chunks_has_the_sessions_of_a_sorted_one() {
    let mut world = World::new().await;
    let mut chance = Chance(7);
    let events = chance.events(600, some_day());
    for (number, chunk) in events.chunks(90).enumerate() {
        world.send(chunk, Mode::Historical).await;
        world.is_as_the_oracle_says().await;
        if number == 3 {
            world.restart().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn live_events_in_any_order_make_the_same_sessions_also_after_a_restart() {
    let mut world = World::new().await;
    let now: DateTime<Utc> = SystemTime::now().into();
    let mut chance = Chance(23);
    // From what is remembered to what is long over.
    let events = chance.events(240, now - TimeDelta::hours(60));
    for (number, chunk) in events.chunks(13).enumerate() {
        world.send(chunk, Mode::Live).await;
        if number % 5 == 4 {
            world.is_as_the_oracle_says().await;
            world.restart().await;
        }
    }
    world.is_as_the_oracle_says().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sums_of_joined_sessions_are_those_of_their_events() {
    let mut world = World::new().await;
    for minute in [40, 90, 0, 20, 65] {
        world.send(&[("ada", some_day() + TimeDelta::minutes(minute)), ("bob", some_day())], Mode::Live).await;
    }
    let day = |day: DateTime<Utc>| Day { project: PROJECT, date: day.date_naive() };
    for day in [day(some_day()), day(some_day() + TimeDelta::minutes(90))] {
        assert!(world.store.check(day).await.expect("counted"), "nothing is counted twice");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_who_became_one_have_the_sessions_of_one() {
    let mut world = World::new().await;
    let at = |minute: i64| some_day() + TimeDelta::minutes(minute);
    world.send(&[("anon", at(0)), ("ada", at(20)), ("anon", at(45)), ("bob", at(30))], Mode::Live).await;
    let mut identify = event("$identify", "ada", at(50));
    identify.properties = Properties::parse(r#"{"$anon_distinct_id":"anon"}"#).expect("properties");
    world.send_all(vec![identify], Mode::Live).await;
    world.send(&[("ada", at(75)), ("anon", at(100))], Mode::Live).await;
    #[derive(Deserialize, Debug, PartialEq)]
    struct Row {
        user_id: String,
        sessions: u8,
    }
    let text = "select user_id, toUInt8(uniqExact(session_id)) as sessions, any(session_id) as session from events \
                group by user_id order by user_id";
    let rows = world.store.rows::<Row>(&sql(text), &analytics_store::Options::default()).await.expect("rows").rows;
    let row = |user: &str| Row { user_id: user.to_owned(), sessions: 1 };
    assert_eq!(rows, [row("ada"), row("anon"), row("bob")]);
    assert_eq!(world.stored().await.len(), 2, "of ada and of bob");
    assert_eq!(world.summed().await.len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_id_that_names_none_is_found_by_time() {
    let world = World::new().await;
    let at = |minute: i64| some_day() + TimeDelta::minutes(minute);
    let none = ["\u{1}\u{2}", "\u{0}", " ", "null", "undefined", "a\u{0}b"];
    let mut events = Vec::new();
    for (minute, id) in none.iter().enumerate() {
        let mut by_field = event("seen", "ada", at(minute as i64));
        by_field.session_id = Some((*id).to_owned());
        let mut by_property = event("seen", "ada", at(minute as i64));
        let text = serde_json::json!({ "$session_id": id }).to_string();
        by_property.properties = Properties::parse(&text).expect("properties");
        events.extend([by_field, by_property]);
    }
    let mut named = event("seen", "ada", at(3));
    named.session_id = Some("s1".into());
    events.push(named);
    world.send_all(events, Mode::Live).await;
    assert_eq!(world.stored().await.iter().map(Vec::len).collect::<BTreeSet<_>>(), [1, 12].into());
}
