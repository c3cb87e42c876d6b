//! Answers of the real engine compared with a slow and obvious implementation.
#![expect(unreachable_pub, reason = "tests")]

mod events;
mod guide;
mod oracle;
mod questions;
mod random;
mod sessions;
mod traps;

use analytics_model::{Calendar, ProjectId, Trends, TrendsAnswer};
use analytics_store::{Options, Store};
use insight_sql::{Context, Row, compile};
use oracle::Expected;
use random::Random;
use uuid::Uuid;

const PROJECT: ProjectId = ProjectId(Uuid::from_u128(1));
const OTHER_PROJECT: ProjectId = ProjectId(Uuid::from_u128(2));

/// Asks the engine.
async fn ask(store: &Store, trends: &Trends, calendar: &Calendar) -> TrendsAnswer {
    let context = Context {
        project: PROJECT,
        rows: None,
        columns: Default::default(),
        calendar: *calendar,
        first_event: None,
        before_all_time: None,
    };
    let compiled = compile(trends, &context).expect("a good question");
    let mut results = Vec::new();
    for statement in compiled.statements() {
        let options = Options { read_only: true, ..Options::default() };
        let answer = store.rows::<Row>(statement, &options).await;
        results.push(answer.unwrap_or_else(|error| panic!("{error}\n{}", statement.text)).rows);
    }
    compiled.answer(results).expect("an answer")
}

#[tokio::test]
async fn engine_and_oracle_agree_on_random_questions() {
    let (_engine, store) = events::engine().await;
    let mut random = Random(20_261_120);
    let mine = events::make(&mut random, 4_000);
    events::insert(&store, PROJECT, &mine).await;
    let foreign = events::make(&mut random, 500);
    events::insert(&store, OTHER_PROJECT, &foreign).await;

    let (mut lines, mut nonzero) = (0, 0);
    for _ in 0..300 {
        let calendar = questions::calendar(&mut random);
        let trends = questions::trends(&mut random, &calendar);
        let expected = oracle::lines(&trends, &calendar, &mine);
        let answer = ask(&store, &trends, &calendar).await;
        compare(&trends, &calendar, &answer, &expected);
        lines += expected.len();
        nonzero += expected.iter().filter(|line| line.total.is_some_and(|total| total != 0.0)).count();
    }
    // Questions that find nothing would agree about anything.
    assert!(nonzero * 3 > lines, "only {nonzero} of {lines} lines have something to compare");
}

fn compare(trends: &Trends, calendar: &Calendar, answer: &TrendsAnswer, expected: &[Expected]) {
    let question = || format!("{}\n{calendar:?}", serde_json::to_string(trends).expect("json"));
    let found: Vec<_> = answer.lines.iter().map(|line| (&line.key, &line.breakdown, line.period)).collect();
    let wanted: Vec<_> = expected.iter().map(|line| (&line.key, &line.breakdown, line.period)).collect();
    assert_eq!(found, wanted, "{}", question());
    for (line, wanted) in answer.lines.iter().zip(expected) {
        let what = || format!("{:?} {:?} {:?} of {}", line.key, line.breakdown, line.period, question());
        assert_eq!(line.values.len(), wanted.values.len(), "buckets of {}", what());
        for (index, (value, wanted)) in line.values.iter().zip(&wanted.values).enumerate() {
            assert!(is_close(*value, *wanted), "{value:?} is not {wanted:?} in bucket {index} of {}", what());
        }
        assert!(is_close(line.total, wanted.total), "total {:?} is not {:?}: {}", line.total, wanted.total, what());
        assert_eq!(line.events_without_number, wanted.events_without_number, "{}", what());
    }
}

/// Sums of the same numbers in another order differ in the last digits.
fn is_close(left: Option<f64>, right: Option<f64>) -> bool {
    match (left, right) {
        (Some(left), Some(right)) => (left - right).abs() <= 1e-9 * left.abs().max(1.0),
        (left, right) => left == right,
    }
}
