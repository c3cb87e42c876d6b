use std::collections::{HashSet, VecDeque};
use std::ops::RangeInclusive;

use analytics_model::{EventId, ProjectId};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use tokio::sync::Notify;
use uuid::Uuid;

use super::batch::Batch;
use super::*;
use crate::{Arrival, Enricher, Incoming};

type StoreError = analytics_store::Error;

/// A table in memory that loses answers, goes away and refuses as told; a clone shares it.
#[derive(Clone, Default)]
struct FakeTable {
    state: Arc<Mutex<State>>,
    /// If given, inserts wait until told to go on.
    gate: Option<Arc<Notify>>,
}

#[derive(Default)]
struct State {
    rows: Vec<(ProjectId, EventId)>,
    tokens: HashSet<String>,
    script: VecDeque<Act>,
    poison: HashSet<EventId>,
    inserts: usize,
    questions: usize,
    cannot_list: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Act {
    /// Stores the block, and the connection breaks.
    LoseAnswer,
    /// Is not reached.
    BeAway,
    /// Has no room on its disk.
    BeFull,
}

fn away() -> StoreError {
    StoreError::Unavailable { endpoint: "fake".into(), reason: "told so".into() }
}

impl FakeTable {
    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    fn script(&self, acts: impl IntoIterator<Item = Act>) {
        self.state().script.extend(acts);
    }

    fn is_each_once(&self, events: &[Event]) -> bool {
        let state = self.state();
        let unique: HashSet<_> = state.rows.iter().collect();
        let given: HashSet<_> = events.iter().map(|event| event.event_id).collect();
        let stored: HashSet<_> = state.rows.iter().map(|(_, event)| *event).collect();
        unique.len() == state.rows.len() && stored == given
    }
}

impl Table for FakeTable {
    async fn insert(&self, batch: &Batch, token: &str, _: Duration) -> Result<(), StoreError> {
        if let Some(gate) = &self.gate {
            gate.notified().await;
        }
        let mut state = self.state();
        state.inserts += 1;
        let act = state.script.pop_front();
        if act == Some(Act::BeAway) {
            return Err(away());
        }
        if act == Some(Act::BeFull) {
            return Err(StoreError::Refused { code: 243, message: "not enough space".into() });
        }
        if batch.ids.iter().any(|(_, event)| state.poison.contains(event)) {
            return Err(StoreError::Refused { code: 27, message: "can't parse".into() });
        }
        if state.tokens.insert(token.to_owned()) {
            state.rows.extend(&batch.ids);
        }
        if act == Some(Act::LoseAnswer) { Err(away()) } else { Ok(()) }
    }

    async fn existing(
        &self,
        project: ProjectId,
        ids: &[EventId],
        _: RangeInclusive<NaiveDate>,
    ) -> Result<Vec<EventId>, StoreError> {
        let mut state = self.state();
        state.questions += 1;
        Ok(ids.iter().copied().filter(|id| state.rows.contains(&(project, *id))).collect())
    }

    async fn recent(&self, _: usize) -> Result<Vec<(ProjectId, EventId)>, StoreError> {
        let state = self.state();
        if state.cannot_list { Err(away()) } else { Ok(state.rows.clone()) }
    }
}

fn options() -> Options {
    Options { linger: Duration::from_millis(1), patience: Duration::from_millis(400), ..Options::default() }
}

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_777_636_800, 0).unwrap()
}

fn events(ids: RangeInclusive<u128>) -> Vec<Event> {
    let enricher = Enricher::new();
    let arrival = Arrival { project: ProjectId(Uuid::from_u128(1)), received_at: now(), ip: None, user_agent: None };
    ids.map(|id| {
        let mut incoming = Incoming::new("a", "u");
        incoming.event_id = Some(Uuid::from_u128(id));
        incoming.timestamp = Some(now() - TimeDelta::seconds(id as i64));
        enricher.enrich(incoming, &arrival).unwrap()
    })
    .collect()
}

/// Stores one event at a time until the memory of recent ids is there and the table is asked no more.
async fn settle(writer: &Writer, table: &FakeTable) {
    for id in 1_000_000..1_001_000 {
        let before = table.state().questions;
        writer.write(events(id..=id), Mode::Live).await.unwrap();
        table.state().rows.retain(|(_, event)| event.0.as_u128() < 1_000_000);
        if table.state().questions == before {
            return;
        }
    }
    panic!("the writer goes on asking the table");
}

#[tokio::test]
async fn each_event_is_stored_once_whoever_sends_it_again() {
    let table = FakeTable::default();
    let writer = Writer::on(table.clone(), options());
    let mut twice = events(1..=3);
    twice.extend(events(2..=2));
    use Outcome::{Duplicate, Stored};
    assert_eq!(writer.write(twice, Mode::Live).await.unwrap(), [Stored, Stored, Stored, Duplicate]);
    assert_eq!(writer.write(events(3..=4), Mode::Live).await.unwrap(), [Duplicate, Stored]);
    assert!(table.is_each_once(&events(1..=4)));
    let again = Writer::on(table.clone(), options());
    settle(&again, &table).await;
    assert_eq!(again.write(events(1..=5), Mode::Live).await.unwrap()[3..], [Duplicate, Stored]);
    assert!(table.is_each_once(&events(1..=5)));
    let done = writer.statistics();
    assert_eq!((done.stored, done.duplicates, done.blocks), (4, 2, 2));
}

#[tokio::test]
async fn before_recent_ids_are_known_the_table_is_asked() {
    let table = FakeTable::default();
    table.state().cannot_list = true;
    let first = Writer::on(table.clone(), options());
    first.write(events(1..=2), Mode::Live).await.unwrap();
    let second = Writer::on(table.clone(), options());
    assert_eq!(second.write(events(1..=3), Mode::Live).await.unwrap()[2], Outcome::Stored);
    assert!(table.is_each_once(&events(1..=3)));
}

#[tokio::test]
async fn imports_are_compared_with_the_whole_table() {
    let table = FakeTable::default();
    let writer = Writer::on(table.clone(), Options { remembered_ids: 5, ..options() });
    settle(&writer, &table).await;
    writer.write(events(1..=100), Mode::Historical).await.unwrap();
    let again = writer.write(events(1..=100), Mode::Historical).await.unwrap();
    assert!(again.iter().all(|outcome| *outcome == Outcome::Duplicate));
    assert!(table.is_each_once(&events(1..=100)));
}

#[tokio::test]
async fn a_lost_answer_makes_no_second_row() {
    let table = FakeTable::default();
    table.script([Act::LoseAnswer, Act::BeAway]);
    let writer = Writer::on(table.clone(), Options { patience: Duration::from_secs(60), ..options() });
    let outcomes = writer.write(events(1..=10), Mode::Live).await.unwrap();
    assert!(outcomes.iter().all(|outcome| *outcome == Outcome::Stored));
    assert!(table.is_each_once(&events(1..=10)));
    assert_eq!(table.state().inserts, 3);
}

#[tokio::test]
async fn what_was_given_up_is_looked_for_when_it_comes_again() {
    for (act, expected) in [(Act::LoseAnswer, Outcome::Duplicate), (Act::BeAway, Outcome::Stored)] {
        let table = FakeTable::default();
        let writer = Writer::on(table.clone(), options());
        settle(&writer, &table).await;
        table.script([act; 100]);
        let failed = writer.write(events(1..=10), Mode::Live).await;
        assert!(matches!(failed, Err(WriteError::Unavailable(_))));
        assert_eq!(writer.statistics().failed, 10);
        table.state().script.clear();
        let outcomes = writer.write(events(1..=10), Mode::Live).await.unwrap();
        assert!(outcomes.iter().all(|outcome| *outcome == expected));
        assert!(table.is_each_once(&events(1..=10)));
    }
}

#[tokio::test]
async fn one_poisoned_row_fails_alone() {
    let table = FakeTable::default();
    table.state().poison.insert(EventId(Uuid::from_u128(37)));
    let writer = Writer::on(table.clone(), options());
    let outcomes = writer.write(events(1..=100), Mode::Live).await.unwrap();
    for (index, outcome) in outcomes.iter().enumerate() {
        match outcome {
            Outcome::Rejected(rejection) => {
                assert_eq!((index, rejection.code), (36, "refused_by_store"));
                assert_eq!(rejection.event_id, Some(Uuid::from_u128(37)));
            }
            other => assert_eq!((*other == Outcome::Stored, index != 36), (true, true)),
        }
    }
    assert_eq!(table.state().rows.len(), 99);
}

#[tokio::test]
async fn a_full_disk_is_no_fault_of_the_events() {
    let table = FakeTable::default();
    let writer = Writer::on(table.clone(), options());
    settle(&writer, &table).await;
    table.script([Act::BeFull]);
    let refused = writer.write(events(1..=10), Mode::Live).await;
    assert!(matches!(refused, Err(WriteError::Unavailable(_))), "{refused:?}");
    let again = writer.write(events(1..=10), Mode::Live).await.unwrap();
    assert!(again.iter().all(|outcome| *outcome == Outcome::Stored), "{again:?}");
    assert!(table.is_each_once(&events(1..=10)));
}

#[tokio::test]
async fn a_store_that_refuses_everything_is_not_asked_for_each_row() {
    let table = FakeTable::default();
    table.state().poison = (1..=5_000).map(|id| EventId(Uuid::from_u128(id))).collect();
    let writer = Writer::on(table.clone(), options());
    assert!(matches!(writer.write(events(1..=5_000), Mode::Live).await, Err(WriteError::Unavailable(_))));
    assert!(table.state().inserts < 300);
}

#[tokio::test]
async fn when_too_much_waits_more_is_turned_away() {
    let gate = Arc::new(Notify::new());
    let table = FakeTable { gate: Some(gate.clone()), ..FakeTable::default() };
    let writer = Writer::on(table.clone(), Options { waiting_bytes: 4 * 1024, ..options() });
    let first = tokio::spawn({
        let writer = writer.clone();
        async move { writer.write(events(1..=1_000), Mode::Live).await }
    });
    while writer.statistics().waiting_bytes == 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(writer.write(events(2_000..=2_000), Mode::Live).await, Err(WriteError::Busy));
    gate.notify_one();
    assert_eq!(first.await.unwrap().unwrap().len(), 1_000);
    gate.notify_one();
    assert!(writer.write(events(2_000..=2_000), Mode::Live).await.is_ok());
}

#[tokio::test]
async fn small_requests_share_a_block() {
    let table = FakeTable::default();
    let writer = Writer::on(table.clone(), Options { linger: Duration::from_millis(200), ..options() });
    let requests = (1..=200).map(|id| writer.write(events(id..=id), Mode::Live));
    let outcomes = futures::future::join_all(requests).await;
    assert!(outcomes.iter().all(Result::is_ok));
    assert!(writer.statistics().blocks <= 3, "{:?}", writer.statistics());
    assert!(table.is_each_once(&events(1..=200)));
}

#[tokio::test]
async fn stopping_stores_what_was_taken_and_takes_no_more() {
    let table = FakeTable::default();
    let writer = Writer::on(table.clone(), options());
    let taken = tokio::spawn({
        let writer = writer.clone();
        async move { writer.write(events(1..=10), Mode::Live).await }
    });
    while writer.statistics().waiting_bytes == 0 {
        tokio::task::yield_now().await;
    }
    writer.stop().await;
    assert!(taken.await.unwrap().is_ok());
    assert_eq!(writer.write(events(11..=11), Mode::Live).await, Err(WriteError::Stopped));
    assert!(table.is_each_once(&events(1..=10)));
}

#[test]
fn blocks_are_bounded_by_rows_bytes_and_months() {
    let day = |days: i64| {
        let mut event = events(1..=1).remove(0);
        event.timestamp = now() - TimeDelta::days(days);
        event
    };
    let same: Vec<Event> = (0..100).map(|_| day(0)).collect();
    let spread: Vec<Event> = (0..100).map(|month| day(month * 31)).collect();
    let take = |events: &[Event], rows, bytes| batch::take(&events.iter().collect::<Vec<_>>(), rows, bytes);
    assert_eq!(take(&same, 1_000, 1 << 20), 100);
    assert_eq!(take(&same, 30, 1 << 20), 30);
    assert!((2..10).contains(&take(&same, 1_000, 3_000)));
    assert_eq!(take(&same, 1_000, 1), 1, "an event larger than a block is one");
    assert!((55..=62).contains(&take(&spread, 1_000, 1 << 20)));
}

#[tokio::test]
async fn the_ids_of_the_last_24_hours_are_listed_up_to_the_limit() {
    let engine = engine::testing::engine().await;
    let store = Store::unix(engine.socket(), "radixinsight").unwrap();
    store.migrate().await.unwrap();
    let table = EventsTable::new(store.clone());
    assert!(table.check().await.is_ok());
    assert_eq!(table.recent(100).await.unwrap(), []);
    let mut all = events(1..=60);
    for (index, event) in all.iter_mut().enumerate() {
        // Ten events each, 25, 20 … 0 hours before the last.
        event.received_at = now() - TimeDelta::hours(25) + TimeDelta::hours(5 * (index as i64 / 10));
    }
    let batch = Batch::of(&all.iter().collect::<Vec<_>>());
    for _ in 0..2 {
        table.insert(&batch, "token", Duration::from_secs(30)).await.unwrap();
    }
    let listed = |limit| {
        let table = &table;
        async move {
            let mut ids: Vec<u128> =
                table.recent(limit).await.unwrap().iter().map(|(_, event)| event.0.as_u128()).collect();
            ids.sort_unstable();
            ids
        }
    };
    assert_eq!(listed(1_000).await, (11..=60).collect::<Vec<_>>(), "the first ten came 25 hours before the last");
    assert_eq!(listed(29).await, (41..=60).collect::<Vec<_>>());
    assert_eq!(listed(5).await, (51..=60).collect::<Vec<_>>(), "those of the last second always");
    let project = ProjectId(Uuid::from_u128(1));
    let ids: Vec<EventId> = (55..=70).map(|id| EventId(Uuid::from_u128(id))).collect();
    let days = now().date_naive() - TimeDelta::days(1)..=now().date_naive();
    assert_eq!(table.existing(project, &ids, days).await.unwrap().len(), 6);
}
