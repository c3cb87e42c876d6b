//! Events of every odd kind, made from a seed and put into a real engine.

use analytics_model::ProjectId;
use analytics_store::{Block, Column, InsertOptions, Store};
use chrono::{DateTime, TimeDelta, Utc};
use engine::testing::TestEngine;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::random::Random;

/// One event as the oracle sees it.
#[derive(Debug, Clone, Default)]
pub struct Event {
    pub name: &'static str,
    pub timestamp: DateTime<Utc>,
    pub person: Uuid,
    pub session: String,
    pub browser: &'static str,
    pub path: &'static str,
    pub properties: Map<String, Value>,
    /// Nothing for people, else what it is left out for.
    pub traffic: &'static str,
    pub channel: &'static str,
    /// What the oracle finds out about its session.
    pub entry: Entry,
}

/// What the page views of a session say.
#[derive(Debug, Clone, Default)]
pub struct Entry {
    pub path: &'static str,
    pub exit_path: &'static str,
    pub channel: &'static str,
}

impl Event {
    /// What kind of call it came with, as the collector has it.
    pub fn kind(&self) -> &'static str {
        match self.name {
            "$pageview" => "page",
            "$identify" => "identify",
            _ => "track",
        }
    }
}

pub const NAMES: [&str; 4] = ["$pageview", "sign up", "purchase", "it's \\ {odd:String}"];
pub const BROWSERS: [&str; 4] = ["Chrome", "Firefox", "12.5", ""];
pub const CHANNELS: [&str; 4] = ["search", "direct", "internal", ""];
pub const PATHS: [&str; 5] = ["/", "/a_b", "/100%", "/Ä", ""];
pub const PROPERTIES: [&str; 5] = ["plan", "price", "a.b", "odd \"key\" 'ü' \\", "nowhere"];

/// Moments around which clocks change somewhere, days are left out, or a year ends.
pub const MOMENTS: [&str; 11] = [
    "2024-03-30T01:00:00Z", // A year before clocks change.
    "2024-10-26T01:00:00Z",
    "2011-12-30T10:00:00Z", // Samoa leaves out a day.
    "2024-12-31T18:00:00Z",
    "2025-03-09T08:00:00Z", // New York springs forward.
    "2025-03-30T01:00:00Z", // Berlin springs forward.
    "2025-04-05T15:00:00Z", // Lord Howe falls back by half an hour.
    "2025-04-24T22:00:00Z", // Cairo springs forward at midnight.
    "2025-10-04T15:30:00Z", // Lord Howe springs forward by half an hour.
    "2025-10-26T01:00:00Z", // Berlin falls back.
    "2025-11-02T06:00:00Z", // New York falls back.
];

/// What properties are set to: text, numbers, text that is a number, and things that look like numbers.
pub fn property_values() -> Vec<Value> {
    vec![
        json!("pro"),
        json!("Pro"),
        json!("ÄRGER"),
        json!("ärger"),
        json!(""),
        json!("100%"),
        json!("it's a_b \\ \"x\"\n"),
        json!("null"),
        json!("true"),
        json!(true),
        json!(null),
        json!(12),
        json!(12.5),
        json!(-3),
        json!(0),
        json!(19.99),
        json!("12"),
        json!("12.50"),
        json!(" 7"),
        json!("+1e2"),
        json!("nan"),
        json!("inf"),
        json!("0x10"),
        json!("1,5"),
        json!({ "b": 1, "c": [1, "x"] }),
        json!([1, 2]),
    ]
}

/// Makes events around all [`MOMENTS`], some of them exactly on the edge of a bucket.
pub fn make(random: &mut Random, count: usize) -> Vec<Event> {
    (0..count).map(|_| one(random)).collect()
}

fn one(random: &mut Random) -> Event {
    let moment: DateTime<Utc> = random.pick(&MOMENTS).parse().expect("a moment");
    let minutes = random.below(6 * 24 * 60) as i64 - 3 * 24 * 60;
    // A quarter lies on a full quarter of an hour or a millisecond before: where the edges of all zones are.
    let timestamp = match random.below(8) {
        0 => moment + TimeDelta::minutes(minutes / 15 * 15),
        1 => moment + TimeDelta::minutes(minutes / 15 * 15) - TimeDelta::milliseconds(1),
        _ => moment + TimeDelta::minutes(minutes) + TimeDelta::milliseconds(random.below(60_000) as i64),
    };
    let values = property_values();
    let mut properties = Map::new();
    for name in &PROPERTIES[..4] {
        if random.below(4) > 0 {
            properties.insert((*name).to_owned(), random.pick(&values));
        }
    }
    // A nested value is not the property with a dot in its name.
    properties.insert("a".to_owned(), json!({ "b": "nested" }));
    Event {
        name: random.pick(&NAMES),
        timestamp,
        person: Uuid::from_u128(random.below(40).into()),
        session: if random.once_in(8) { String::new() } else { format!("s{}", random.below(300)) },
        browser: random.pick(&BROWSERS),
        path: random.pick(&PATHS),
        properties,
        traffic: random.pick(&["", "", "", "bot", "internal"]),
        channel: random.pick(&CHANNELS),
        entry: Entry::default(),
    }
}

/// Starts an engine with the schema in it.
pub async fn engine() -> (TestEngine, Store) {
    let engine = engine::testing::engine().await;
    let store = Store::unix(engine.socket(), "radixinsight").expect("a store");
    store.migrate().await.expect("migrated");
    (engine, store)
}

/// Stores events under a project.
pub async fn insert(store: &Store, project: ProjectId, events: &[Event]) {
    let text = |of: &dyn Fn(&Event) -> String| Column::Text(events.iter().map(of).collect());
    let instants: Vec<i64> = events.iter().map(|event| event.timestamp.timestamp_millis()).collect();
    let block = Block::new()
        .column("project_id", Column::Uuid(vec![project.0; events.len()]))
        .column("event_id", Column::Uuid((0..events.len() as u128).map(Uuid::from_u128).collect()))
        .column("event_name", text(&|event| event.name.to_owned()))
        .column("timestamp", Column::Instant(instants.clone()))
        .column("received_at", Column::Instant(instants))
        .column("person_id", Column::Uuid(events.iter().map(|event| event.person).collect()))
        .column("session_id", text(&|event| event.session.clone()))
        .column("browser", text(&|event| event.browser.to_owned()))
        .column("traffic", text(&|event| event.traffic.to_owned()))
        .column("event_type", text(&|event| event.kind().to_owned()))
        .column("channel", text(&|event| event.channel.to_owned()))
        .column("path", text(&|event| event.path.to_owned()))
        .column("properties", text(&|event| Value::Object(event.properties.clone()).to_string()));
    store.insert("events", &block, &InsertOptions::default()).await.expect("inserted");
}
