use std::collections::{HashSet, VecDeque};
use std::ops::RangeInclusive;

use analytics_model::{EventId, PersonId, ProjectId};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use tempfile::TempDir;
use tokio::sync::Semaphore;
use uuid::Uuid;

use super::table::{EVENTS, REJECTED};
use super::*;
use crate::{Accepted, Arrival, Incoming, Refused};
use analytics_store::Block;

type StoreError = analytics_store::Error;

/// A table in memory that loses answers, goes away and refuses as told; a clone shares it.
#[derive(Clone, Default)]
pub(super) struct FakeTable {
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
pub(super) struct State {
    pub(super) rows: Vec<(ProjectId, EventId)>,
    pub(super) rejected: Vec<EventId>,
    tokens: HashSet<String>,
    script: VecDeque<Act>,
    poison: HashSet<EventId>,
    inserts: usize,
    moves: Vec<(PersonId, PersonId)>,
    /// Events that were counted, whatever became of them.
    pub(super) counted: u64,
    /// The projects of each block of events that was stored.
    pub(super) log: Vec<HashSet<ProjectId>>,
    /// A project's blocks are stored one for each permit.
    pub(super) gates: HashMap<ProjectId, Arc<Semaphore>>,
    /// How many blocks came to a gate.
    pub(super) at_gate: usize,
    questions: usize,
    cannot_list: bool,
    pub(super) is_away: bool,
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Act {
    /// Stores the block, and the connection breaks.
    LoseAnswer,
    /// Is not reached.
    BeAway,
    /// Has no room on its disk.
    BeFull,
    /// Does as it is told.
    Work,
    /// Is not reached from now on.
    GoAway,
    /// Makes whoever asks panic.
    Panic,
}

fn away() -> StoreError {
    StoreError::Unavailable { endpoint: "fake".into(), reason: "told so".into() }
}

impl FakeTable {
    pub(super) fn state(&self) -> std::sync::MutexGuard<'_, State> {
        // A panic on purpose leaves it whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn script(&self, acts: impl IntoIterator<Item = Act>) {
        self.state().script.extend(acts);
    }

    pub(super) fn holds_each_once(&self, ids: impl IntoIterator<Item = u128>) -> bool {
        let state = self.state();
        let mut stored: Vec<u128> = state.rows.iter().map(|(_, event)| event.0.as_u128()).collect();
        stored.sort_unstable();
        let mut given: Vec<u128> = ids.into_iter().collect();
        given.sort_unstable();
        stored == given
    }
}

impl Table for FakeTable {
    async fn insert(&self, table: &'static str, block: &Block, token: &str, _: Duration) -> Result<(), StoreError> {
        let ids = ids_of(block);
        let projects: HashSet<ProjectId> = ids.iter().map(|(project, _)| *project).collect();
        let gate = projects.iter().find_map(|project| self.state().gates.get(project).cloned());
        if let Some(gate) = gate.filter(|_| table == EVENTS) {
            self.state().at_gate += 1;
            gate.acquire().await.unwrap().forget();
        }
        let mut state = self.state();
        state.inserts += 1;
        let act = if state.is_away { None } else { state.script.pop_front() };
        assert!(act != Some(Act::Panic), "told to panic");
        state.is_away |= act == Some(Act::GoAway);
        if act == Some(Act::BeAway) || state.is_away {
            return Err(away());
        }
        if act == Some(Act::BeFull) {
            return Err(StoreError::Refused { code: 243, message: "not enough space".into() });
        }
        if table == EVENTS && ids.iter().any(|(_, event)| state.poison.contains(event)) {
            return Err(StoreError::Refused { code: 27, message: "can't parse".into() });
        }
        if state.tokens.insert(token.to_owned()) {
            match table {
                EVENTS => {
                    state.rows.extend(&ids);
                    state.log.push(projects);
                }
                counts::TABLE => state.counted += counted(block),
                REJECTED => state.rejected.extend(ids.iter().map(|(_, event)| event)),
                _ => {}
            }
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
        if state.is_away {
            return Err(away());
        }
        Ok(ids.iter().copied().filter(|id| state.rows.contains(&(project, *id))).collect())
    }

    async fn given_since(&self, _: u64) -> Result<Vec<analytics_store::Given>, StoreError> {
        if self.state().is_away { Err(away()) } else { Ok(Vec::new()) }
    }

    async fn given_to(&self, _: ProjectId, _: &[PersonId]) -> Result<Vec<analytics_store::Given>, StoreError> {
        Ok(Vec::new())
    }

    async fn identified(&self, _: ProjectId, _: &[PersonId]) -> Result<Vec<PersonId>, StoreError> {
        Ok(Vec::new())
    }

    async fn move_people(&self, _: ProjectId, moves: &[(PersonId, PersonId)]) -> Result<(), StoreError> {
        self.state().moves.extend(moves);
        Ok(())
    }

    async fn running_sessions(
        &self,
        _: DateTime<Utc>,
    ) -> Result<(Vec<analytics_store::RunningSession>, bool), StoreError> {
        if self.state().is_away { Err(away()) } else { Ok((Vec::new(), true)) }
    }

    async fn sessions_of(
        &self,
        _: ProjectId,
        _: &[String],
        _: (NaiveDate, NaiveDate),
    ) -> Result<Vec<analytics_store::RunningSession>, StoreError> {
        if self.state().is_away { Err(away()) } else { Ok(Vec::new()) }
    }

    async fn session_around(
        &self,
        _: ProjectId,
        _: Uuid,
        _: DateTime<Utc>,
    ) -> Result<(Option<i64>, Option<i64>), StoreError> {
        Ok((None, None))
    }

    async fn change_sessions(
        &self,
        _: ProjectId,
        _: &[analytics_store::SessionChange],
        _: &std::collections::BTreeSet<NaiveDate>,
    ) -> Result<(), StoreError> {
        Ok(())
    }

    async fn mark_days(&self, _: &[analytics_store::Day], _: &str) -> Result<(), StoreError> {
        Ok(())
    }

    async fn recent(&self, _: usize) -> Result<Vec<(ProjectId, EventId)>, StoreError> {
        let state = self.state();
        if state.cannot_list || state.is_away { Err(away()) } else { Ok(state.rows.clone()) }
    }
}

/// The events of a block, by the columns that every table of them has.
fn ids_of(block: &Block) -> Vec<(ProjectId, EventId)> {
    let uuids = |name| match block.get(name) {
        Some(analytics_store::Column::Uuid(values)) => values.clone(),
        _ => Vec::new(),
    };
    let pairs = uuids("project_id").into_iter().zip(uuids("event_id"));
    pairs.map(|(project, event)| (ProjectId(project), EventId(event))).collect()
}

fn counted(block: &Block) -> u64 {
    match block.get("events") {
        Some(analytics_store::Column::UInt64(events)) => events.iter().sum(),
        _ => 0,
    }
}

/// A table, a folder, and writers on them.
pub(super) struct World {
    pub(super) table: FakeTable,
    folder: TempDir,
}

impl World {
    pub(super) fn new() -> Self {
        Self { table: FakeTable::default(), folder: tempfile::tempdir().unwrap() }
    }

    pub(super) fn options(&self) -> Options {
        Options { linger: Duration::from_millis(1), segment_bytes: 1 << 20, ..Options::in_folder(self.folder.path()) }
    }

    pub(super) fn writer(&self) -> Writer {
        self.writer_with(self.options())
    }

    pub(super) fn writer_with(&self, options: Options) -> Writer {
        Writer::on(self.table.clone(), options, Arc::new(crate::NoRules)).unwrap()
    }
}

pub(super) fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_777_636_800, 0).unwrap()
}

fn arrival() -> Arrival {
    Arrival::of(ProjectId(Uuid::from_u128(1)), now())
}

pub(super) fn delivery(ids: impl IntoIterator<Item = u128>, mode: Mode) -> Delivery {
    let events = ids.into_iter().map(|id| {
        let mut incoming = Incoming::new("a", "u");
        incoming.event_id = Some(Uuid::from_u128(id));
        incoming.timestamp = Some(now() - TimeDelta::seconds((id % 1_000) as i64));
        Accepted::new(incoming, now()).unwrap()
    });
    Delivery { arrival: arrival(), mode, events: events.collect(), refused: Vec::new() }
}

pub(super) fn live(ids: impl IntoIterator<Item = u128>) -> Delivery {
    delivery(ids, Mode::Live)
}

pub(super) async fn stored(writer: &Writer, delivery: &Delivery) -> Vec<Outcome> {
    writer.store(delivery, || {}).await.unwrap()
}

/// Stores one event at a time until the memory of recent ids is there and the table is asked no more.
async fn remember(writer: &Writer, table: &FakeTable) {
    for id in 1_000_000..1_001_000 {
        let before = table.state().questions;
        stored(writer, &live([id])).await;
        table.state().rows.retain(|(_, event)| event.0.as_u128() < 1_000_000);
        if table.state().questions == before {
            return;
        }
    }
    panic!("the writer goes on asking the table");
}

pub(super) use Outcome::{Duplicate, Stored};

#[tokio::test]
async fn each_event_is_stored_once_whoever_sends_it_again() {
    let world = World::new();
    let writer = world.writer();
    assert_eq!(stored(&writer, &live([1, 2, 3, 2])).await, [Stored, Stored, Stored, Duplicate]);
    assert_eq!(stored(&writer, &live([3, 4])).await, [Duplicate, Stored]);
    let done = writer.statistics();
    assert_eq!((done.accepted, done.stored, done.duplicates, done.blocks, done.waiting), (6, 4, 2, 2, 0));
    writer.stop().await;
    let again = world.writer();
    remember(&again, &world.table).await;
    assert_eq!(stored(&again, &live(1..=5)).await[3..], [Duplicate, Stored]);
    assert!(world.table.holds_each_once(1..=5));
}

#[tokio::test]
async fn before_recent_ids_are_known_the_table_is_asked() {
    let world = World::new();
    world.table.state().cannot_list = true;
    stored(&world.writer(), &live(1..=2)).await;
    let other = World { table: world.table.clone(), folder: tempfile::tempdir().unwrap() };
    assert_eq!(stored(&other.writer(), &live(1..=3)).await, [Duplicate, Duplicate, Stored]);
    assert!(world.table.holds_each_once(1..=3));
}

#[tokio::test]
async fn imports_are_compared_with_the_whole_table() {
    let world = World::new();
    let writer = world.writer_with(Options { remembered_ids: 5, ..world.options() });
    remember(&writer, &world.table).await;
    let import = delivery(1..=100, Mode::Historical);
    stored(&writer, &import).await;
    let again = stored(&writer, &import).await;
    assert!(again.iter().all(|outcome| *outcome == Duplicate));
    assert!(world.table.holds_each_once(1..=100));
}

#[tokio::test]
async fn a_lost_answer_makes_no_second_row() {
    let world = World::new();
    world.table.script([Act::LoseAnswer, Act::BeAway]);
    let outcomes = stored(&world.writer(), &live(1..=10)).await;
    assert!(outcomes.iter().all(|outcome| *outcome == Stored));
    assert!(world.table.holds_each_once(1..=10));
    // Three times the events, and once how many they are.
    assert_eq!(world.table.state().inserts, 4);
}

#[tokio::test]
async fn events_are_taken_while_the_store_is_away_and_stored_when_it_is_back() {
    let world = World::new();
    world.table.state().is_away = true;
    let writer = world.writer();
    for first in 0..50 {
        writer.accept(&live(first * 10..first * 10 + 10)).await.unwrap();
    }
    writer.accept(&live(0..10)).await.unwrap();
    until(|| writer.statistics().trouble.is_some()).await;
    assert_eq!((writer.statistics().waiting, writer.statistics().stored), (510, 0));
    writer.stop().await;
    assert_eq!(writer.accept(&live([1])).await, Err(WriteError::Stopped));
    let again = world.writer();
    world.table.state().is_away = false;
    again.settle().await;
    assert!(world.table.holds_each_once(0..500));
    assert_eq!((again.statistics().trouble, again.statistics().waiting), (None, 0));
}

#[tokio::test]
async fn what_was_under_way_at_the_end_is_stored_once_and_as_it_was_begun() {
    for act in [Act::LoseAnswer, Act::BeAway] {
        let world = World::new();
        let first = world.writer();
        stored(&first, &live([1, 2])).await;
        world.table.script([act]);
        // Event 2 is left out as a duplicate, the others are stored or not: the answer is lost.
        first.accept(&live(2..=20)).await.unwrap();
        until(|| first.statistics().trouble.is_some()).await;
        world.table.state().is_away = true;
        first.stop().await;
        let kept = std::fs::read_to_string(world.folder.path().join("cursor.json")).unwrap();
        assert!(kept.contains("\"storing\":{"), "{kept}");
        let second = world.writer();
        second.accept(&live(15..=30)).await.unwrap();
        world.table.state().is_away = false;
        second.settle().await;
        assert!(world.table.holds_each_once(1..=30));
        assert_eq!(world.table.state().counted, 2 + 19 + 16);
    }
}

#[tokio::test]
async fn what_came_in_is_counted_once_though_the_answer_is_lost() {
    // New events are inserted before they are counted; where all are duplicates, they are only counted.
    for (acts, ids) in [(vec![Act::Work, Act::LoseAnswer], 11..=20), (vec![Act::LoseAnswer], 1..=10)] {
        let world = World::new();
        let first = world.writer();
        stored(&first, &live(1..=10)).await;
        remember(&first, &world.table).await;
        let before = world.table.state().counted;
        world.table.script(acts);
        first.accept(&live(ids)).await.unwrap();
        until(|| first.statistics().trouble.is_some()).await;
        world.table.state().is_away = true;
        first.stop().await;
        let second = world.writer();
        world.table.state().is_away = false;
        second.settle().await;
        assert_eq!(world.table.state().counted, before + 10);
    }
}

#[tokio::test]
async fn one_poisoned_row_fails_alone_and_is_kept_apart() {
    let world = World::new();
    world.table.state().poison.insert(EventId(Uuid::from_u128(37)));
    let writer = world.writer();
    let outcomes = stored(&writer, &live(1..=100)).await;
    for (index, outcome) in outcomes.iter().enumerate() {
        match outcome {
            Outcome::Rejected(rejection) => {
                assert_eq!((index, rejection.code), (36, "refused_by_store"));
                assert_eq!(rejection.event_id, Some(Uuid::from_u128(37)));
            }
            other => assert_eq!((*other == Stored, index != 36), (true, true)),
        }
    }
    assert_eq!(world.table.state().rows.len(), 99);
    assert_eq!(world.table.state().rejected, [EventId(Uuid::from_u128(37))]);
}

#[tokio::test]
async fn what_was_refused_at_the_door_is_kept_apart() {
    let world = World::new();
    let writer = world.writer();
    let rejection = Rejection::field("distinct_id_missing", "distinct_id", "who did it is missing");
    let refused = vec![Refused { rejection, raw: r#"{"event":"sign up","distinct_id":""}"#.into() }];
    let with_good = Delivery { refused: refused.clone(), ..live([1]) };
    assert_eq!(stored(&writer, &with_good).await, [Stored]);
    let alone = Delivery { refused, ..live([]) };
    assert_eq!(stored(&writer, &alone).await, []);
    assert!(world.table.holds_each_once([1]));
    assert_eq!(world.table.state().rejected.len(), 2);
}

#[tokio::test]
async fn a_full_disk_is_no_fault_of_the_events() {
    let world = World::new();
    let writer = world.writer();
    world.table.script([Act::BeFull, Act::BeFull]);
    let outcomes = stored(&writer, &live(1..=10)).await;
    assert!(outcomes.iter().all(|outcome| *outcome == Stored), "{outcomes:?}");
    assert!(world.table.holds_each_once(1..=10));
}

#[tokio::test]
async fn a_store_that_refuses_everything_is_not_asked_for_each_row() {
    let world = World::new();
    world.table.state().poison = (1..=5_000).map(|id| EventId(Uuid::from_u128(id))).collect();
    let outcomes = stored(&world.writer(), &live(1..=5_000)).await;
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Outcome::Rejected(_))));
    assert!(world.table.state().inserts < 500, "{}", world.table.state().inserts);
    assert_eq!(world.table.state().rejected.len(), 5_000, "all of them are kept");
}

#[tokio::test]
async fn a_full_spool_turns_away_and_takes_again_when_it_is_emptied() {
    let world = World::new();
    world.table.state().is_away = true;
    let options = Options { spool_bytes: 100 << 10, segment_bytes: 16 << 10, ..world.options() };
    let writer = world.writer_with(options);
    let mut next = 0;
    let error = loop {
        match writer.accept(&live(next..next + 20)).await {
            Ok(()) => next += 20,
            Err(error) => break error,
        }
    };
    assert!(matches!(error, WriteError::ProjectFull(_)), "{error}");
    assert_eq!((writer.statistics().accepted, writer.statistics().turned_away), (next as u64, 20));
    world.table.state().is_away = false;
    writer.settle().await;
    writer.accept(&live(next..next + 20)).await.unwrap();
    writer.settle().await;
    assert!(world.table.holds_each_once(0..next + 20));
}

#[tokio::test]
async fn small_requests_share_a_block() {
    let world = World::new();
    let writer = world.writer_with(Options { linger: Duration::from_secs(60), ..world.options() });
    let requests: Vec<Delivery> = (1..=200).map(|id| live([id])).collect();
    let answers = futures::future::join_all(requests.iter().map(|request| writer.accept(request))).await;
    assert!(answers.iter().all(Result::is_ok));
    writer.settle().await;
    assert!(writer.statistics().blocks <= 3, "{:?}", writer.statistics());
    assert!(world.table.holds_each_once(1..=200));
}

#[tokio::test]
async fn stopping_stores_what_was_taken_and_takes_no_more() {
    let world = World::new();
    let writer = world.writer_with(Options { linger: Duration::from_secs(60), ..world.options() });
    stored(&writer, &live([1])).await;
    writer.accept(&live(2..=10)).await.unwrap();
    writer.stop().await;
    assert_eq!(writer.accept(&live([11])).await, Err(WriteError::Stopped));
    assert!(world.table.holds_each_once(1..=10));
}

pub(super) async fn until(is_so: impl Fn() -> bool) {
    until_async(async || is_so()).await;
}

pub(super) async fn until_async(is_so: impl AsyncFn() -> bool) {
    while !is_so().await {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// Returns the plan of a chunk that holds one delivery.
pub(super) async fn plan_of(delivery: Delivery) -> plan::Plan {
    let folder = tempfile::tempdir().unwrap();
    let spool = spool::Options {
        folder: folder.path().into(),
        max_bytes: 1 << 30,
        segment_bytes: 1 << 20,
        waiting_bytes: 1 << 30,
    };
    let mut opened = Spool::open(spool).unwrap();
    let label = (delivery.arrival.project, delivery.len());
    opened.spool.append(delivery.to_frame().unwrap(), label, None).await.unwrap();
    let until = *opened.spool.durable().borrow();
    let most = spool::Most { bytes: 64 << 20, events: 1_000_000 };
    let chunk = opened.reader.read(Position::default(), until, most, |_, _| Some(1)).unwrap();
    plan::Plan::of(&chunk, &std::hash::RandomState::new())
}

#[test]
fn blocks_are_bounded_by_rows_bytes_and_months() {
    let folder = tempfile::tempdir().unwrap();
    let options = |rows, bytes| Options { block_rows: rows, block_bytes: bytes, ..Options::in_folder(folder.path()) };
    let blocks = |days: i64, options: &Options| {
        let mut delivery = live(0..100);
        for (index, event) in delivery.events.iter_mut().enumerate() {
            event.timestamp = now() - TimeDelta::days(index as i64 * days);
        }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(plan_of(delivery)).blocks(&(0..100).collect::<Vec<_>>(), options)
    };
    assert_eq!(blocks(0, &options(1_000, 1 << 20)), [100]);
    assert_eq!(blocks(0, &options(30, 1 << 20)), [25, 25, 25, 25]);
    assert!((2..10).contains(&blocks(0, &options(1_000, 3_000))[0]));
    assert_eq!(blocks(0, &options(1_000, 1)), [1; 100], "an event larger than a block is one");
    let months = blocks(31, &options(1_000, 1 << 20));
    assert!((55..=62).contains(&months[0]) && months.len() == 2, "{months:?}");
}

#[tokio::test]
async fn the_ids_of_the_last_24_hours_are_listed_up_to_the_limit() {
    let engine = engine::testing::engine().await;
    let store = Store::unix(engine.socket(), "radixinsight").unwrap();
    store.migrate().await.unwrap();
    let table = EventsTable::new(store.clone());
    assert_eq!(table.recent(100).await.unwrap(), []);
    let mut rows = batch::Rows::default();
    let enricher = crate::enrich::Enricher::default();
    for (index, event) in live(1..=60).events.iter().enumerate() {
        // Ten events each, 25, 20 … 0 hours before the last.
        let received_at = now() - TimeDelta::hours(25) + TimeDelta::hours(5 * (index as i64 / 10));
        let sender = crate::enrich::Sender::of(arrival().project, received_at);
        let record = crate::delivery::Record::of(event);
        enricher.enrich(&record, &sender, &crate::Rules::default(), crate::enrich::Whose::default(), |event| {
            rows.push(event)
        });
    }
    let batch = rows.finish();
    for _ in 0..2 {
        table.insert(EVENTS, &batch.block, "token", Duration::from_secs(30)).await.unwrap();
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
