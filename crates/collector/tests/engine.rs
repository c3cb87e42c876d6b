//! The writer on a real engine, which is killed while it writes.

use std::collections::HashSet;
use std::time::{Duration, SystemTime};

use analytics_model::{EventId, PersonId, ProjectId, sql};
use analytics_store::{Error, Store};
use chrono::{DateTime, TimeDelta, Utc};
use collector::{Accepted, Arrival, Delivery, Incoming, Mode, NoRules, Options, Outcome, Properties, Writer, files};
use engine::testing::{TestEngine, engine};
use serde::Deserialize;
use tempfile::TempDir;
use uuid::Uuid;

async fn started() -> (TestEngine, Store) {
    let engine = engine().await;
    let store = Store::unix(engine.socket(), "radixinsight").expect("a socket");
    store.migrate().await.expect("a schema");
    (engine, store)
}

fn arrival(received_at: DateTime<Utc>) -> Arrival {
    Arrival::of(ProjectId(Uuid::from_u128(1)), received_at)
}

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_777_636_800, 0).expect("a time")
}

fn events(ids: std::ops::Range<u128>) -> Delivery {
    let events = ids.map(|id| {
        let mut incoming = Incoming::new("sign up", format!("u{}", id % 97));
        incoming.event_id = Some(Uuid::from_u128(id));
        // Spread over three months, so that a block makes several parts.
        incoming.timestamp = Some(now() - TimeDelta::days((id % 90) as i64));
        incoming.properties = Properties::parse(r#"{"plan":"pro","seats":3,"text":"ü \" \n"}"#).expect("properties");
        Accepted::new(incoming, now()).expect("an event")
    });
    Delivery { arrival: arrival(now()), mode: Mode::Live, events: events.collect(), refused: Vec::new() }
}

fn writer(store: &Store, folder: &TempDir) -> Writer {
    Writer::start(store.clone(), Options::in_folder(folder.path()), std::sync::Arc::new(NoRules)).expect("a writer")
}

async fn outcomes(writer: &Writer, delivery: &Delivery) -> Vec<Outcome> {
    writer.store(delivery, || {}).await.expect("outcomes")
}

async fn stored(store: &Store) -> Vec<Uuid> {
    #[derive(Deserialize)]
    struct Row {
        event_id: EventId,
    }
    let deadline = tokio::time::Instant::now() + Duration::from_secs(60);
    loop {
        match store.rows::<Row>(&sql("select event_id from events"), &analytics_store::Options::default()).await {
            Ok(answer) => return answer.rows.into_iter().map(|row| row.event_id.0).collect(),
            // An engine that was killed when all was stored already comes back as well.
            Err(Error::Unavailable { .. }) if tokio::time::Instant::now() < deadline => {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            Err(error) => panic!("rows: {error}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killing_the_engine_loses_nothing_acknowledged_and_doubles_nothing() {
    let (engine, store) = started().await;
    let folder = tempfile::tempdir().expect("a folder");
    let writer = writer(&store, &folder);
    let mut senders = tokio::task::JoinSet::new();
    for sender in 0..4_u128 {
        let writer = writer.clone();
        senders.spawn(async move {
            for request in 0..40_u128 {
                let first = sender * 1_000_000 + request * 50;
                writer.accept(&events(first..first + 50)).await.expect("nothing is turned away");
                // Slowly, so that the engine is killed while there is something to store.
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        });
    }
    for after in [500, 2_500, 5_000] {
        let deadline = tokio::time::Instant::now() + Duration::from_secs(120);
        while writer.statistics().stored < after {
            assert!(tokio::time::Instant::now() < deadline, "the writer does not get on: {:?}", writer.statistics());
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        engine.kill();
    }
    while let Some(ended) = senders.join_next().await {
        ended.expect("a sender");
    }
    writer.settle().await;
    let rows = stored(&store).await;
    let expected: HashSet<Uuid> = (0..4_u128)
        .flat_map(|sender| (0..2_000).map(move |event| Uuid::from_u128(sender * 1_000_000 + event)))
        .collect();
    assert_eq!(rows.len(), expected.len(), "{:?}", writer.statistics());
    assert_eq!(rows.into_iter().collect::<HashSet<_>>(), expected);
    writer.stop().await;

    // A server that starts again knows what its predecessor stored.
    let again = self::writer(&store, &folder);
    let told = outcomes(&again, &events(0..60)).await;
    assert!(told.iter().all(|outcome| *outcome == Outcome::Duplicate));
    again.stop().await;
    assert_eq!(stored(&store).await.len(), 8_000);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn recent_ids_are_read_back_from_the_table() {
    let (_engine, store) = started().await;
    let folder = tempfile::tempdir().expect("a folder");
    let first = writer(&store, &folder);
    outcomes(&first, &events(0..100)).await;
    first.stop().await;
    let again = writer(&store, &folder);
    for round in 0..20_u128 {
        let told = outcomes(&again, &events(round..round + 80)).await;
        assert!(told.iter().all(|outcome| *outcome == Outcome::Duplicate));
    }
    assert_eq!(stored(&store).await.len(), 100);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_import_of_a_file_that_has_grown_adds_what_is_new() {
    let (_engine, store) = started().await;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("access.log");
    let line = |number: i64| {
        let time = (now() + TimeDelta::minutes(number * 3)).format("%d/%b/%Y:%H:%M:%S +0000");
        format!("192.0.2.{} - - [{time}] \"GET /page/{} HTTP/1.1\" 200 12 \"-\" \"-\"\n", number % 5, number % 7)
    };
    let mut imported = Vec::new();
    for (lines, days_later) in [(500, 0), (500, 2), (600, 3)] {
        std::fs::write(&path, (0..lines).map(line).collect::<String>()).expect("a file");
        let spool = tempfile::tempdir().expect("a folder");
        let writer = writer(&store, &spool);
        let arrival = arrival(now() + TimeDelta::days(days_later));
        let rows = files::open(&path, &files::Options::default()).expect("rows");
        let events = rows.map(|row| Accepted::new(row.event.expect("an event"), arrival.received_at));
        let events = events.collect::<Result<_, _>>().expect("events");
        let delivery = Delivery { arrival, mode: Mode::Historical, events, refused: Vec::new() };
        let told = outcomes(&writer, &delivery).await;
        imported.push(told.iter().filter(|outcome| **outcome == Outcome::Stored).count());
        writer.stop().await;
    }
    assert_eq!(imported, [500, 0, 100]);
    #[derive(Deserialize, Debug, PartialEq)]
    struct Totals {
        views: u64,
        visitors: u64,
        sessions: u64,
        top: String,
    }
    let question = sql("select count() as views, uniqExact(user_id) as visitors, uniqExact(session_id) as sessions, \
                        min(path) as top from events where event_name = '$pageview'");
    let answer = store.rows::<Totals>(&question, &analytics_store::Options::default()).await.expect("totals");
    // 600 lines, 3 minutes apart: 30 hours, in which each of five visitors comes every 15 minutes.
    assert_eq!(answer.rows, [Totals { views: 600, visitors: 5, sessions: 10, top: "/page/0".into() }]);
}

/// Sends an event; a name of somebody before makes it an identification.
fn said(id: u128, event: &str, who: &str, before: Option<&str>) -> Delivery {
    let mut incoming = Incoming::new(event, who);
    incoming.event_id = Some(Uuid::from_u128(id));
    if let Some(before) = before {
        let text = format!(r#"{{"$anon_distinct_id":"{before}"}}"#);
        incoming.properties = Properties::parse(&text).expect("properties");
    }
    let events = vec![Accepted::new(incoming, now()).expect("an event")];
    Delivery { arrival: arrival(now()), mode: Mode::Live, events, refused: Vec::new() }
}

async fn people(store: &Store) -> Vec<(String, String)> {
    #[derive(Deserialize)]
    struct Row {
        user_id: String,
        people: String,
    }
    let question = sql("select user_id, arrayStringConcat(arraySort(groupUniqArray(toString(person_id)))) as people \
                        from events group by user_id order by user_id");
    let answer = store.rows::<Row>(&question, &analytics_store::Options::default()).await.expect("rows");
    answer.rows.into_iter().map(|row| (row.user_id, row.people)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_says_their_name_takes_along_what_they_did_before_also_after_a_restart() {
    let (_engine, store) = started().await;
    let folder = tempfile::tempdir().expect("a folder");
    let first = writer(&store, &folder);
    outcomes(&first, &said(1, "$pageview", "anon", None)).await;
    outcomes(&first, &said(2, "$pageview", "other", None)).await;
    outcomes(&first, &said(3, "$identify", "ada", Some("anon"))).await;
    outcomes(&first, &said(4, "$pageview", "anon", None)).await;
    let ada = PersonId::of(ProjectId(Uuid::from_u128(1)), "ada").to_string();
    let other = PersonId::of(ProjectId(Uuid::from_u128(1)), "other").to_string();
    let expected = |all: &[(&str, &String)]| -> Vec<(String, String)> {
        all.iter().map(|(id, person)| ((*id).to_owned(), (*person).clone())).collect()
    };
    let wanted = expected(&[("ada", &ada), ("anon", &ada), ("other", &other)]);
    until(|| async { people(&store).await == wanted }).await;
    first.stop().await;

    let second = writer(&store, &folder);
    outcomes(&second, &said(5, "$pageview", "anon", None)).await;
    // Somebody else on the same device: the two stay two.
    outcomes(&second, &said(6, "$identify", "bob", Some("anon"))).await;
    let bob = PersonId::of(ProjectId(Uuid::from_u128(1)), "bob").to_string();
    let wanted = expected(&[("ada", &ada), ("anon", &ada), ("bob", &bob), ("other", &other)]);
    assert_eq!(people(&store).await, wanted);
    let profiles = sql("select count() as people from user_profiles");
    #[derive(Deserialize)]
    struct Counted {
        people: u64,
    }
    let answer = store.rows::<Counted>(&profiles, &analytics_store::Options::default()).await.expect("rows");
    assert_eq!(answer.rows[0].people, 3, "views follow");
}

async fn until<F: Future<Output = bool>>(is_so: impl Fn() -> F) {
    let deadline = tokio::time::Instant::now() + Duration::from_secs(60);
    while !is_so().await {
        assert!(tokio::time::Instant::now() < deadline, "it never comes");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_servers_fill_one_catalogue() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Row {
        name: String,
        events: u64,
        texts: u64,
        numbers: u64,
        values: u64,
    }
    let (_engine, store) = started().await;
    let folders = [tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder")];
    let writers = folders.each_ref().map(|folder| writer(&store, folder));
    for request in 0..10_u128 {
        let deliveries = [0_u128, 1].map(|server| {
            let first = server * 1_000_000 + request * 20;
            events(first..first + 20)
        });
        tokio::join!(outcomes(&writers[0], &deliveries[0]), outcomes(&writers[1], &deliveries[1]));
    }
    for writer in &writers {
        writer.stop().await;
    }
    let text = "select property as name, \
         (select sum(events_count) from event_names where event_name = 'sign up') as events, \
         sum(texts) as texts, sum(numbers) as numbers, \
         (select sum(count) from property_values) as values \
         from event_properties where event_name = 'sign up' group by property order by property";
    let rows = store.rows::<Row>(&sql(text), &analytics_store::Options::default()).await.expect("rows").rows;
    let expected = [("plan", 400, 0), ("seats", 0, 400), ("text", 400, 0)];
    let expected =
        expected.map(|(name, texts, numbers)| Row { name: name.into(), events: 400, texts, numbers, values: 1_200 });
    assert_eq!(rows, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_goes_on_after_a_restart() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Row {
        event_name: String,
        session_id: String,
    }
    let (_engine, store) = started().await;
    let folder = tempfile::tempdir().expect("a folder");
    // What is running is told by the real clock.
    let real_now: DateTime<Utc> = SystemTime::now().into();
    let begun = real_now - TimeDelta::minutes(100);
    let send = async |name: &str, id: &str, minutes: i64| {
        let writer = writer(&store, &folder);
        let mut incoming = Incoming::new(name, id);
        incoming.timestamp = Some(begun + TimeDelta::minutes(minutes));
        if name == "$identify" {
            incoming.properties = Properties::parse(r#"{"$anon_distinct_id":"anon"}"#).expect("properties");
        }
        let events = vec![Accepted::new(incoming, real_now).expect("an event")];
        let delivery = Delivery { arrival: arrival(real_now), mode: Mode::Live, events, refused: Vec::new() };
        assert_eq!(outcomes(&writer, &delivery).await, [Outcome::Stored]);
        writer.stop().await;
    };
    // Each is stored by a writer that knows only what the table tells.
    send("page", "anon", 0).await;
    send("another page", "anon", 25).await;
    send("$identify", "u", 50).await;
    send("pay", "u", 75).await;
    send("somebody else", "v", 76).await;
    send("an hour later", "u", 110).await;
    let question = sql("select event_name, session_id from events order by timestamp");
    let rows = store.rows::<Row>(&question, &analytics_store::Options::default()).await.expect("rows").rows;
    let sessions: Vec<&str> = rows.iter().map(|row| row.session_id.as_str()).collect();
    assert_eq!(sessions[..4], [sessions[0]; 4], "{rows:?}");
    let all: HashSet<&str> = sessions.iter().copied().collect();
    assert_eq!(all.len(), 3, "{rows:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_goes_on_when_somebody_says_who_they_are() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Row {
        name: String,
        sessions: u64,
    }
    let (_engine, store) = started().await;
    let folder = tempfile::tempdir().expect("a folder");
    let writer = writer(&store, &folder);
    let names = ["page", "buy", "$identify", "pay"];
    // Whichever of the events are stored together.
    for first in 1..names.len() {
        let (anonymous, known) = (format!("anonymous {first}"), format!("known {first}"));
        let events = names.iter().enumerate().map(|(minute, name)| {
            let mut incoming = Incoming::new(*name, if minute < 2 { &anonymous } else { &known });
            incoming.timestamp = Some(now() + TimeDelta::minutes(minute as i64));
            incoming.user_agent = Some(format!("stored after {first}"));
            if *name == "$identify" {
                let said = serde_json::json!({ "$anon_distinct_id": anonymous }).to_string();
                incoming.properties = Properties::parse(&said).expect("properties");
            }
            Accepted::new(incoming, now()).expect("an event")
        });
        let mut events: Vec<Accepted> = events.collect();
        let later = events.split_off(first);
        for events in [events, later] {
            let count = events.len();
            let delivery = Delivery { arrival: arrival(now()), mode: Mode::Live, events, refused: Vec::new() };
            assert_eq!(outcomes(&writer, &delivery).await, vec![Outcome::Stored; count]);
        }
    }
    writer.stop().await;
    let question =
        sql("select user_agent as name, uniqExact(session_id) as sessions from events group by name order by name");
    let rows = store.rows::<Row>(&question, &analytics_store::Options::default()).await.expect("rows").rows;
    let expected = [1, 2, 3].map(|first| Row { name: format!("stored after {first}"), sessions: 1 });
    assert_eq!(rows, expected);
}
