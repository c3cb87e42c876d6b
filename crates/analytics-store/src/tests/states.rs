//! Sessions, people and quarter-hours, beside a recount of the events that made them.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use analytics_model::{PersonId, ProjectId, sql};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::engine::migrated;
use crate::schema::{self, feeds};
use crate::{Block, Column, InsertOptions, Options, Store};

/// Begins in the evening of a month's last day, so that sessions go over midnight and into the next month.
const BEGIN: i64 = 1_772_319_600_000;

#[derive(Debug, Clone)]
pub(super) struct Event {
    pub(super) project: ProjectId,
    pub(super) id: Uuid,
    pub(super) kind: &'static str,
    pub(super) name: &'static str,
    pub(super) at: i64,
    pub(super) user: String,
    pub(super) person: Uuid,
    pub(super) session: String,
    pub(super) path: String,
    pub(super) traffic: &'static str,
    pub(super) revenue: f64,
    pub(super) properties: String,
}

/// The same numbers each time: tests that fail by chance teach nothing.
pub(super) struct Chance(pub(super) u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }

    pub(super) fn events(&mut self, count: usize) -> Vec<Event> {
        (0..count).map(|_| self.event()).collect()
    }

    fn event(&mut self) -> Event {
        let project = ProjectId(Uuid::from_u128(u128::from(1 + self.below(2))));
        let user = format!("user {}", self.below(12));
        let (kind, name) = [
            ("page", "$pageview"),
            ("page", "$pageview"),
            ("track", "$autocapture"),
            ("track", "sign up"),
            ("identify", "$identify"),
            ("screen", "$screen"),
        ][self.below(6) as usize];
        // Sessions of six hours, many in the same second; every seventh event has none, some are by two users.
        let hour = self.below(50);
        let session = match self.below(7) {
            0 => String::new(),
            1 => format!("shared {}", hour / 6),
            _ => format!("{user} {}", hour / 6),
        };
        let properties = match self.below(5) {
            0 => {
                json!({ "$set": { "plan": format!("plan {}", self.below(4)), "n": self.below(9) }, "$set_once": { "plan": "never", "first \"ü": hour } })
            }
            1 => json!({ "$set_once": { "came": self.below(100) } }),
            2 => json!({ "$unset": ["n", "nothing"] }),
            3 => json!({ "title": "about $set" }),
            _ => json!({ "x": 1.5 }),
        };
        Event {
            project,
            id: Uuid::from_u128(u128::from(self.below(u64::MAX)) << 64 | u128::from(self.below(u64::MAX))),
            kind,
            name,
            at: BEGIN + hour as i64 * 3_600_000 + self.below(120) as i64 * 30_000 + self.below(2) as i64,
            person: PersonId::of(project, &user).0,
            user,
            session,
            path: format!("/{}", self.below(5)),
            traffic: ["", "", "", "bot"][self.below(4) as usize],
            revenue: self.below(8) as f64 * 0.25,
            properties: properties.to_string(),
        }
    }
}

fn block(events: &[Event]) -> Block {
    let text = |of: fn(&Event) -> &str| Column::Text(events.iter().map(of).collect());
    Block::new()
        .column("project_id", Column::Uuid(events.iter().map(|event| event.project.0).collect()))
        .column("event_id", Column::Uuid(events.iter().map(|event| event.id).collect()))
        .column("event_type", text(|event| event.kind))
        .column("event_name", text(|event| event.name))
        .column("timestamp", Column::Instant(events.iter().map(|event| event.at).collect()))
        .column("user_id", text(|event| &event.user))
        .column("person_id", Column::Uuid(events.iter().map(|event| event.person).collect()))
        .column("session_id", text(|event| &event.session))
        .column("path", text(|event| &event.path))
        .column("traffic", text(|event| event.traffic))
        .column("revenue", Column::Float64(events.iter().map(|event| event.revenue).collect()))
        .column("properties", text(|event| &event.properties))
}

pub(super) async fn insert(store: &Store, events: &[Event], token: &str) -> Result<(), crate::Error> {
    let options = InsertOptions { deduplication_token: Some(token.to_owned()), timeout: Duration::from_secs(20) };
    store.insert("events", &block(events), &options).await.map(drop)
}

pub(super) async fn run(store: &Store, text: &str) {
    store.execute(&sql(text), &Options::default()).await.unwrap_or_else(|error| panic!("{text}: {error}"));
}

/// Rows in order, each as a list of what matters.
pub(super) type Rows = Vec<Vec<Value>>;

pub(super) async fn asked(store: &Store, question: &str) -> Rows {
    #[derive(Deserialize)]
    struct Row {
        row: Vec<Value>,
    }
    let text = format!(
        "select tuple(*) as row from ({question}) order by row settings output_format_json_named_tuples_as_objects = 0"
    );
    let answer = store.rows::<Row>(&sql(text), &Options::default()).await.unwrap_or_else(|error| panic!("{error}"));
    sorted(answer.rows.into_iter().map(|row| row.row).collect())
}

fn sorted(mut rows: Rows) -> Rows {
    rows.sort_by_key(|row| serde_json::to_string(row).unwrap_or_default());
    rows
}

/// What the three views say.
#[derive(Debug, PartialEq)]
pub(super) struct Told {
    sessions: Rows,
    people: Rows,
    quarters: Rows,
}

pub(super) async fn told(store: &Store) -> Told {
    let mut people = asked(
        store,
        "select project_id, person_id, user_id, toInt64(toUnixTimestamp64Milli(first_seen_at)), \
         toUnixTimestamp64Milli(last_seen_at), sessions_count, events_count, attributes, lifetime_value, \
         toInt64(round(average_session_duration * 1000)) from user_profiles",
    )
    .await;
    for row in &mut people {
        // In the order of a map, to be compared.
        row[7] = serde_json::from_str(row[7].as_str().expect("a text")).expect("JSON");
    }
    Told {
        sessions: asked(
            store,
            "select project_id, session_id, user_id, person_id, toUnixTimestamp64Milli(started_at), \
             toUnixTimestamp64Milli(ended_at), events_count, pages_count, is_first_session, is_bounce, entry_path, \
             exit_path, revenue, toString(date) from user_sessions",
        )
        .await,
        people: sorted(people),
        quarters: asked(
            store,
            "select project_id, event_type, event_name, toUnixTimestamp(bucket), toString(date), hour, events_count, \
             users_count from aggregated_events",
        )
        .await,
    }
}

/// The same out of the events, one by one; `merged` says which distinct ids belong to another's person.
#[expect(clippy::too_many_lines, reason = "one recount, view by view, as a reader would do it")]
pub(super) fn recounted(events: &[Event], merged: &BTreeMap<(ProjectId, String), Uuid>) -> Told {
    let mut events: Vec<Event> = events.to_vec();
    // The engine compares the second half of ids first.
    events.sort_by_key(|event| (event.at, event.id.as_u64_pair().1, event.id.as_u64_pair().0));
    let person = |event: &Event| merged.get(&(event.project, event.user.clone())).copied().unwrap_or(event.person);
    let people_only: Vec<&Event> = events.iter().filter(|event| event.traffic.is_empty()).collect();

    let mut sessions: BTreeMap<(ProjectId, &str), Vec<&Event>> = BTreeMap::new();
    let mut parts: BTreeMap<(ProjectId, Uuid, &str), Vec<&Event>> = BTreeMap::new();
    let mut quarters: BTreeMap<(ProjectId, &str, &str, i64), Vec<&Event>> = BTreeMap::new();
    for event in &people_only {
        if !event.session.is_empty() {
            sessions.entry((event.project, &event.session)).or_default().push(event);
        }
        parts.entry((event.project, person(event), &event.session)).or_default().push(event);
        quarters.entry((event.project, event.kind, event.name, event.at / 900_000 * 900)).or_default().push(event);
    }

    let mut firsts: BTreeMap<(ProjectId, Uuid), (i64, &str)> = BTreeMap::new();
    for ((project, session), events) in &sessions {
        let first = firsts.entry((*project, person(events[0]))).or_insert((i64::MAX, ""));
        *first = (*first).min((events[0].at, session));
    }
    let revenue = |events: &[&Event]| events.iter().map(|event| event.revenue).sum::<f64>();
    let session_rows = sessions.iter().map(|((project, session), events)| {
        let (first, last) = (events[0], events[events.len() - 1]);
        let pages = events.iter().filter(|event| ["page", "screen"].contains(&event.kind)).count();
        let actions = events.iter().filter(|event| ["$autocapture", "sign up"].contains(&event.name)).count();
        let is_bounce = pages <= 1 && actions == 0 && last.at - first.at < 10_000;
        vec![
            json!(project),
            json!(session),
            json!(first.user),
            json!(person(first)),
            json!(first.at),
            json!(last.at),
            json!(events.len()),
            json!(pages),
            json!(firsts[&(*project, person(first))].1 == *session),
            json!(is_bounce),
            json!(first.path),
            json!(last.path),
            number(revenue(events)),
            json!(day(first.at)),
        ]
    });

    let mut people: BTreeMap<(ProjectId, Uuid), Vec<&Event>> = BTreeMap::new();
    for event in &people_only {
        people.entry((event.project, person(event))).or_default().push(event);
    }
    let people_rows = people.iter().map(|((project, id), own)| {
        let of_person: Vec<&Vec<&Event>> = parts
            .iter()
            .filter(|((p, i, s), _)| (p, i) == (project, id) && !s.is_empty())
            .map(|(_, part)| part)
            .collect();
        let length: i64 = of_person.iter().map(|part| part[part.len() - 1].at - part[0].at).sum();
        let average = (length as f64 / of_person.len().max(1) as f64).round_ties_even();
        let said: Vec<&Event> =
            events.iter().filter(|event| event.project == *project && person(event) == *id).collect();
        let users: BTreeSet<&str> = own.iter().map(|event| event.user.as_str()).collect();
        let survivor = users
            .iter()
            .find(|user| PersonId::of(*project, user).0 == *id)
            .unwrap_or(&own[0].user.as_str())
            .to_string();
        vec![
            json!(project),
            json!(id),
            json!(survivor),
            json!(own[0].at),
            json!(own[own.len() - 1].at),
            json!(of_person.len()),
            json!(own.len()),
            attributes(&said),
            number(revenue(own)),
            number(average),
        ]
    });
    let quarter_rows = quarters.iter().map(|((project, kind, name, bucket), events)| {
        let users: BTreeSet<Uuid> = events.iter().map(|event| event.person).collect();
        vec![
            json!(project),
            json!(kind),
            json!(name),
            json!(bucket),
            json!(day(bucket * 1_000)),
            json!(bucket / 3_600 % 24),
            json!(events.len()),
            json!(users.len()),
        ]
    });
    Told {
        sessions: sorted(session_rows.collect()),
        people: sorted(people_rows.collect()),
        quarters: sorted(quarter_rows.collect()),
    }
}

fn attributes(events: &[&Event]) -> Value {
    let (mut set, mut once) = (BTreeMap::<String, Option<Value>>::new(), Map::new());
    for event in events {
        let said: Value = serde_json::from_str(&event.properties).expect("JSON");
        for (name, value) in said["$set_once"].as_object().into_iter().flatten() {
            once.entry(name.clone()).or_insert_with(|| value.clone());
        }
        for (name, value) in said["$set"].as_object().into_iter().flatten() {
            set.insert(name.clone(), Some(value.clone()));
        }
        for name in said["$unset"].as_array().into_iter().flatten() {
            set.insert(name.as_str().expect("a name").to_owned(), None);
        }
    }
    for (name, value) in set {
        match value {
            Some(value) => drop(once.insert(name, value)),
            None => drop(once.remove(&name)),
        }
    }
    Value::Object(once)
}

/// A number as the engine writes it.
fn number(value: f64) -> Value {
    if value.fract() == 0.0 { json!(value as i64) } else { json!(value) }
}

fn day(at: i64) -> String {
    chrono::DateTime::from_timestamp_millis(at).expect("a time").format("%Y-%m-%d").to_string()
}

/// Compares row by row, so that a failure names the rows.
pub(super) fn same(found: &Told, expected: &Told) {
    for (found, expected) in [
        (&found.sessions, &expected.sessions),
        (&found.people, &expected.people),
        (&found.quarters, &expected.quarters),
    ] {
        let text = |rows: &Rows| rows.iter().map(|row| json!(row).to_string()).collect::<BTreeSet<_>>();
        let (found_rows, expected_rows) = (text(found), text(expected));
        let surplus: Vec<_> = found_rows.difference(&expected_rows).take(3).collect();
        let missing: Vec<_> = expected_rows.difference(&found_rows).take(3).collect();
        assert!(surplus.is_empty() && missing.is_empty(), "surplus {surplus:#?}, missing {missing:#?}");
        assert_eq!(found.len(), expected.len());
    }
}

async fn fold(store: &Store) {
    for table in ["session_states", "event_states", "person_property_states"] {
        run(store, &format!("optimize table {table} final")).await;
    }
}

#[tokio::test]
async fn views_say_what_a_recount_says_before_and_after_merges_of_parts() {
    let (_engine, store) = migrated().await;
    let events = Chance(7).events(3_000);
    for (index, some) in events.chunks(400).enumerate() {
        insert(&store, some, &format!("block {index}")).await.expect("stored");
    }
    let none = BTreeMap::new();
    let expected = recounted(&events, &none);
    assert!(expected.sessions.len() > 50 && expected.people.len() > 20 && expected.quarters.len() > 100);

    same(&told(&store).await, &expected);
    fold(&store).await;
    same(&told(&store).await, &expected);

    // Two people turn out to be one, and one more joins them.
    let project = ProjectId(Uuid::from_u128(1));
    let survivor = PersonId::of(project, "user 3").0;
    for user in ["user 1", "user 5"] {
        run(&store, &format!("insert into person_overrides values ('{project}', '{user}', '{survivor}', 1)")).await;
    }
    let merged = ["user 1", "user 5"].map(|user| ((project, user.to_owned()), survivor));
    let told_after = told(&store).await;
    let expected = recounted(&events, &BTreeMap::from(merged));
    assert_eq!((told_after.sessions, told_after.people), (expected.sessions, expected.people));
}

#[tokio::test]
async fn a_block_that_is_sent_again_counts_once_even_if_it_was_stored_in_part() {
    let (_engine, store) = migrated().await;
    let events = Chance(11).events(900);
    let none = BTreeMap::new();
    insert(&store, &events[..300], "a").await.expect("stored");
    insert(&store, &events[..300], "a").await.expect("known");

    // As killed between the events' part and those that are fed by it: any of them may be missing.
    for (index, gone) in [feeds(), &feeds()[..1], &feeds()[1..]].iter().enumerate() {
        let some = &events[300 + index * 200..500 + index * 200];
        for feed in *gone {
            run(&store, &format!("drop view {}", feed.name)).await;
        }
        insert(&store, some, &format!("b{index}")).await.expect("stored");
        for feed in *gone {
            run(&store, &schema::create_feed(feed, store.place()).text).await;
        }
        for _ in 0..2 {
            insert(&store, some, &format!("b{index}")).await.expect("stored in full");
        }
    }

    same(&told(&store).await, &recounted(&events, &none));
}

#[tokio::test]
async fn an_engine_killed_again_and_again_under_inserts_leaves_the_views_right() {
    let (engine, store) = migrated().await;
    let events = Chance(13).events(12_000);
    let killer = async {
        for pause in [120, 330, 210, 450, 160, 270] {
            tokio::time::sleep(Duration::from_millis(pause)).await;
            engine.kill();
        }
    };
    let writer = async {
        for (index, some) in events.chunks(300).enumerate() {
            // As the writer does: again and again by the same token, until somebody says that it is stored.
            while insert(&store, some, &format!("block {index}")).await.is_err() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    };
    tokio::join!(killer, writer);
    let mut store_answers = store.ping().await.is_ok();
    while !store_answers {
        tokio::time::sleep(Duration::from_millis(50)).await;
        store_answers = store.ping().await.is_ok();
    }

    same(&told(&store).await, &recounted(&events, &BTreeMap::new()));
}

#[tokio::test]
async fn a_view_asked_for_one_project_reads_no_other() {
    #[derive(Deserialize)]
    struct Counted {
        #[expect(dead_code, reason = "what was read is asked")]
        rows: u64,
    }
    let (_engine, store) = migrated().await;
    for project in 1..=4 {
        run(
            &store,
            &format!(
                "insert into events (project_id, event_id, event_type, event_name, timestamp, user_id, session_id, properties) \
                 select toUUID('00000000-0000-0000-0000-00000000000{project}'), generateUUIDv4(number), 'page', \
                 concat('event ', toString(number % 20000)), '2026-03-01 00:00:00', toString(number), toString(number), \
                 '{{\"$set\":{{\"a\":1}}}}' from numbers(20000)"
            ),
        )
        .await;
    }
    fold(&store).await;
    for (view, states) in [("user_sessions", 1), ("user_profiles", 2), ("aggregated_events", 1)] {
        let question = format!(
            "select count() as rows from (select * from {view} where project_id = toUUID('00000000-0000-0000-0000-000000000002') \
             order by all)"
        );
        let answer = store.rows::<Counted>(&sql(question), &Options::default()).await.expect("an answer");
        // A granule of a neighbour at each end comes along.
        let most = states * (20_000 + 2 * 8_192);
        assert!(answer.summary.read_rows <= most, "{view} read {} rows", answer.summary.read_rows);
    }
}
