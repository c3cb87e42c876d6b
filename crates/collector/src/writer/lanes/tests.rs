use std::time::Duration;

use analytics_model::{EventId, ProjectId};
use chrono::Months;
use tokio::sync::Semaphore;
use uuid::Uuid;

use super::super::tests::*;
use super::super::*;

const SLOW: u128 = 7;
const OTHER: u128 = 8;

fn of(project: u128, delivery: Delivery) -> Delivery {
    let arrival = crate::Arrival { project: ProjectId(Uuid::from_u128(project)), ..delivery.arrival };
    Delivery { arrival, ..delivery }
}

/// One event for each of so many months up to now.
fn months(project: u128, ids: std::ops::Range<u128>, mode: Mode) -> Delivery {
    let mut delivery = of(project, delivery(ids, mode));
    for (index, event) in delivery.events.iter_mut().enumerate() {
        // Neighbours are far from each other in time.
        let before = (index * 701 % 671) as u32;
        event.timestamp = now() - Months::new(before);
    }
    delivery
}

/// Fails in place of waiting for ever.
async fn soon<R>(what: &str, done: impl Future<Output = R>) -> R {
    let done = tokio::time::timeout(Duration::from_secs(20), done).await;
    done.unwrap_or_else(|_| panic!("in vain: {what}"))
}

#[tokio::test]
async fn nobody_waits_for_another_projects_events_of_many_months() {
    for mode in [Mode::Live, Mode::Historical] {
        let world = World::new();
        let gate = Arc::new(Semaphore::new(0));
        world.table.state().gates.insert(ProjectId(Uuid::from_u128(SLOW)), gate.clone());
        let writer = world.writer();
        writer.accept(&months(SLOW, 0..671, mode)).await.unwrap();
        until(|| world.table.state().at_gate > 0).await;
        // What comes in the middle of a long turn is stored after its next block.
        writer.accept(&of(OTHER, live([10_000]))).await.unwrap();
        gate.add_permits(1);
        let other = EventId(Uuid::from_u128(10_000));
        let is_stored = || world.table.state().rows.iter().any(|(_, event)| *event == other);
        soon("another project's event", until(is_stored)).await;
        gate.add_permits(10_000);
        soon("everything", writer.settle()).await;
        assert!(world.table.holds_each_once((0..671).chain([10_000])));
        assert!(world.table.state().log.len() < 20, "each month is in one block");
    }
}

#[tokio::test]
async fn a_project_with_much_waits_for_those_with_little() {
    let world = World::new();
    world.table.state().is_away = true;
    let options = Options { block_rows: 10, ..world.options() };
    let writer = world.writer_with(options);
    for first in 0..50 {
        writer.accept(&of(SLOW, live(first * 10..first * 10 + 10))).await.unwrap();
    }
    for project in 0..3 {
        writer.accept(&of(OTHER + project, live([10_000 + project]))).await.unwrap();
    }
    world.table.state().is_away = false;
    soon("everything", writer.settle()).await;
    assert!(world.table.holds_each_once((0..500).chain(10_000..10_003)));
    {
        let state = world.table.state();
        let place = |project: u128| state.log.iter().position(|of| of.contains(&ProjectId(Uuid::from_u128(project))));
        for project in 0..3 {
            let place = place(OTHER + project).unwrap();
            assert!(place < 8, "stored after {place} of {} blocks", state.log.len());
        }
    }
    // The one that was behind is with the others again.
    let delivery = of(SLOW, live([20_000]));
    assert_eq!(soon("one more", stored(&writer, &delivery)).await, [Stored]);
}

#[tokio::test]
async fn a_project_that_is_alone_is_stored_as_it_came() {
    let world = World::new();
    world.table.state().is_away = true;
    let writer = world.writer_with(Options { block_rows: 10, ..world.options() });
    for first in 0..50 {
        writer.accept(&of(SLOW, live(first * 10..first * 10 + 10))).await.unwrap();
    }
    world.table.state().is_away = false;
    soon("everything", writer.settle()).await;
    assert_eq!(world.table.state().log.len(), 50, "in whole blocks");
}

#[tokio::test]
async fn who_is_behind_is_stored_once_though_the_server_ends_in_the_middle() {
    // How many inserts are done before the store goes away: in a turn of all, or in one of the project that is behind.
    for done in 0..6 {
        let world = World::new();
        world.table.state().is_away = true;
        let first = world.writer();
        first.accept(&of(OTHER, live(1_000..1_010))).await.unwrap();
        first.accept(&months(SLOW, 0..150, Mode::Historical)).await.unwrap();
        first.accept(&of(OTHER, live(1_010..1_020))).await.unwrap();
        world.table.script(std::iter::repeat_n(Act::Work, done).chain([Act::LoseAnswer, Act::GoAway]));
        world.table.state().is_away = false;
        soon(&format!("the {done}th insert"), until(|| world.table.state().is_away)).await;
        first.accept(&of(OTHER, live(1_020..1_025))).await.unwrap();
        first.accept(&of(SLOW, live(200..210))).await.unwrap();
        soon("trouble", until(|| first.statistics().trouble.is_some())).await;
        soon("the end", first.stop()).await;
        let second = world.writer();
        second.accept(&of(SLOW, live(210..220))).await.unwrap();
        world.table.state().is_away = false;
        soon("everything", second.settle()).await;
        assert!(world.table.holds_each_once((0..150).chain(200..220).chain(1_000..1_025)), "after {done} inserts");
        assert_eq!(world.table.state().counted, 150 + 20 + 25, "after {done} inserts");
    }
}

#[tokio::test]
async fn one_project_can_not_fill_the_spool_for_all() {
    let world = World::new();
    world.table.state().is_away = true;
    let options = Options { spool_bytes: 160 << 10, segment_bytes: 16 << 10, ..world.options() };
    let fill = async |writer: &Writer, project: u128, mut next: u128| {
        let begin = next;
        loop {
            match writer.accept(&of(project, live(next..next + 5))).await {
                Ok(()) => next += 5,
                Err(error) => return (begin..next, error),
            }
        }
    };
    let writer = world.writer_with(options.clone());
    let (first, error) = fill(&writer, SLOW, 0).await;
    assert!(matches!(error, WriteError::ProjectFull(_)), "{error}");
    let other = of(OTHER, live(100_000..100_005));
    writer.accept(&other).await.unwrap();
    writer.stop().await;
    // What an earlier run has left counts as well.
    let again = world.writer_with(options);
    let refused = async || matches!(again.accept(&of(SLOW, live([200_000]))).await, Err(WriteError::ProjectFull(_)));
    until_async(refused).await;
    again.accept(&of(OTHER, live(100_005..100_010))).await.unwrap();
    world.table.state().is_away = false;
    soon("everything", again.settle()).await;
    let more = of(SLOW, live([300_000]));
    again.accept(&more).await.unwrap();
    soon("everything", again.settle()).await;
    let mut expected: Vec<u128> = first.chain(100_000..100_010).chain([300_000]).collect();
    // Until what was left is counted, one may have been let in.
    expected.extend(world.table.state().rows.iter().any(|(_, id)| id.0.as_u128() == 200_000).then_some(200_000));
    assert!(world.table.holds_each_once(expected));
}

#[tokio::test]
async fn an_event_the_server_stumbles_over_is_set_aside_and_the_others_are_stored() {
    let world = World::new();
    let writer = world.writer();
    let mut delivery = live(1..=300);
    for index in [6, 7, 150, 299] {
        delivery.events[index].event = format!("{} {index}", crate::enrich::STUMBLES);
    }
    let outcomes = soon("outcomes", stored(&writer, &delivery)).await;
    for (index, outcome) in outcomes.iter().enumerate() {
        match outcome {
            Outcome::Rejected(rejection) => {
                assert!([6, 7, 150, 299].contains(&index));
                assert_eq!(rejection.code, "enrichment_failed");
                assert!(rejection.reason.contains("told to stumble"), "{}", rejection.reason);
            }
            other => assert_eq!(*other, Stored),
        }
    }
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == Stored).count(), 296);
    assert_eq!(world.table.state().rejected.len(), 4, "they are kept, to be mended");
    assert_eq!(soon("the next", stored(&writer, &live([1_000]))).await, [Stored]);
    assert_eq!(writer.statistics().stumble, None);
}

#[tokio::test]
async fn many_events_to_stumble_over_take_no_good_one_with_them() {
    let world = World::new();
    let writer = world.writer();
    let mut delivery = live(0..1_000);
    for event in delivery.events.iter_mut().step_by(2) {
        event.event = crate::enrich::STUMBLES.to_owned();
    }
    let outcomes = soon("outcomes", stored(&writer, &delivery)).await;
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == Stored).count(), 500);
    assert_eq!(world.table.state().rejected.len(), 500);
}

#[tokio::test]
async fn storing_goes_on_after_a_panic_of_its_own() {
    let world = World::new();
    world.table.script([Act::Panic, Act::Panic]);
    let writer = world.writer();
    writer.accept(&live(1..=10)).await.unwrap();
    until(|| writer.statistics().stumble.is_some()).await;
    soon("everything", writer.settle()).await;
    assert!(world.table.holds_each_once(1..=10));
    assert_eq!(writer.statistics().stumble, None, "all is well again");
    writer.stop().await;
}

#[test]
fn a_month_is_in_as_few_blocks_as_can_be() {
    let world = World::new();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let plan = runtime.block_on(plan_of(months(SLOW, 0..6_000, Mode::Live)));
    let options = world.options();
    let rows = plan.by_month((0..6_000).collect());
    let blocks = plan.blocks(&rows, &options);
    assert!((12..=13).contains(&blocks.len()), "{} blocks of 671 months", blocks.len());
    assert_eq!(blocks.iter().sum::<u32>(), 6_000);
    assert_eq!(plan.of_many_months(), [ProjectId(Uuid::from_u128(SLOW))]);
    let plan = runtime.block_on(plan_of(of(OTHER, live(0..2_000))));
    assert_eq!(plan.by_month((0..2_000).collect()), (0..2_000).collect::<Vec<_>>(), "else as they came");
    assert_eq!(plan.of_many_months(), []);
}
