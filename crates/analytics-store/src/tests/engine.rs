//! Against the embedded engine.

use std::sync::Arc;
use std::time::{Duration, Instant};

use analytics_model::{Sql, Value, sql};
use chrono::{DateTime, NaiveDate, Utc};
use engine::testing::TestEngine;
use futures::TryStreamExt;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::connection::Connection;
use crate::{Block, Column, Error, InsertOptions, Options, Store};

/// Starts an engine with the schema in it.
pub(super) async fn migrated() -> (TestEngine, Store) {
    let engine = engine::testing::engine().await;
    let store = Store::unix(engine.socket(), "radixinsight").expect("a store");
    store.migrate().await.expect("migrated");
    (engine, store)
}

/// Asks for one row.
async fn one<T: DeserializeOwned>(store: &Store, question: Sql) -> T {
    let mut answer = store.rows(&question, &Options::default()).await.expect("an answer");
    assert_eq!(answer.rows.len(), 1);
    answer.rows.remove(0)
}

async fn count(store: &Store, question: &str) -> u64 {
    #[derive(Deserialize)]
    struct Count {
        count: u64,
    }
    one::<Count>(store, sql(question)).await.count
}

#[tokio::test]
async fn every_kind_of_value_arrives_as_it_was_bound() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Row {
        text: String,
        nothing: Option<String>,
        backslash_n: Option<String>,
        negative: i64,
        big: u64,
        float: f64,
        id: Uuid,
        date: NaiveDate,
        instant: DateTime<Utc>,
        texts: Vec<Option<String>>,
        instants: Vec<DateTime<Utc>>,
        nested: Vec<Vec<f64>>,
    }
    let (_engine, store) = migrated().await;
    let instant = DateTime::from_timestamp_millis(1_795_173_753_456).expect("an instant");
    let before_1970 = DateTime::from_timestamp_millis(-1).expect("an instant");
    let expected = Row {
        text: "it's \\N\t\"ü\"\n\r\0{x:String} %00&=+;--".into(),
        nothing: None,
        backslash_n: Some("\\N".into()),
        negative: i64::MIN,
        big: u64::MAX,
        float: 1.1e-300,
        id: Uuid::from_u128(0x0011_2233_4455_6677_8899_aabb_ccdd_eeff),
        date: NaiveDate::from_ymd_opt(2026, 11, 20).expect("a date"),
        instant,
        texts: vec![Some("NULL".into()), None, Some("a'b\\c,]\t".into()), Some(String::new())],
        instants: vec![before_1970, instant],
        nested: vec![vec![], vec![-0.5, 2.0]],
    };
    let question = sql("select {text:String} as text, {nothing:Nullable(String)} as nothing, \
        {backslash_n:Nullable(String)} as backslash_n, {negative:Int64} as negative, {big:UInt64} as big, \
        {float:Float64} as float, {id:UUID} as id, {date:Date} as date, {instant:DateTime64(3, 'UTC')} as instant, \
        {texts:Array(Nullable(String))} as texts, {instants:Array(DateTime64(3, 'UTC'))} as instants, \
        {nested:Array(Array(Float64))} as nested")
    .bind("text", &expected.text)
    .bind("nothing", Value::Null)
    .bind("backslash_n", expected.backslash_n.clone())
    .bind("negative", expected.negative)
    .bind("big", expected.big)
    .bind("float", expected.float)
    .bind("id", expected.id)
    .bind("date", expected.date)
    .bind("instant", expected.instant)
    .bind("texts", expected.texts.clone())
    .bind("instants", expected.instants.clone())
    .bind("nested", expected.nested.clone());

    assert_eq!(one::<Row>(&store, question).await, expected);
}

async fn list_arrives(store: &Store, length: usize) {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Row {
        length: usize,
        last: Uuid,
        found: u64,
    }
    let ids: Vec<Uuid> = (1..=length as u128).map(Uuid::from_u128).collect();
    let expected = Row { length, last: ids.last().copied().unwrap_or_default(), found: length.min(3) as u64 };

    let question = sql("select length({ids:Array(UUID)}) as length, {ids:Array(UUID)}[-1] as last, \
                        countIf({ids:Array(UUID)}[number] in {ids:Array(UUID)}) as found from numbers(1, 3)");
    let row: Row = one(store, question.bind("ids", ids)).await;

    assert_eq!(row, expected);
}

#[tokio::test]
async fn short_lists_are_bound_in_the_url() {
    let (_engine, store) = migrated().await;
    for length in [0, 1, 1_000] {
        list_arrives(&store, length).await;
    }
}

#[tokio::test]
async fn long_lists_are_bound_in_a_form() {
    let (_engine, store) = migrated().await;
    for length in [2_000, 5_000] {
        list_arrives(&store, length).await;
    }
}

#[tokio::test]
async fn a_block_is_what_the_engine_itself_writes() {
    let (_engine, store) = migrated().await;
    let id = Uuid::from_u128(0x0011_2233_4455_6677_8899_aabb_ccdd_eeff);
    let long = "x".repeat(200);
    let block = Block::new()
        .column("text", Column::Text(["a", "", &long].into_iter().collect()))
        .column("id", Column::Uuid(vec![id; 3]))
        .column("instant", Column::Instant(vec![1_795_173_753_456, 0, -1]))
        .column("date", Column::Date(vec![20_777, 0, u16::MAX]))
        .column("bool", Column::Bool(vec![true, false, true]))
        .column("float", Column::Float64(vec![1.5, -0.0, f64::MAX]))
        .column("big", Column::UInt64(vec![u64::MAX, 0, 1]))
        .column("negative", Column::Int64(vec![i64::MIN, -1, 1]));
    let table = "create table copy (text String, id UUID, instant DateTime64(3, 'UTC'), date Date, bool Bool, \
                 float Float64, big UInt64, negative Int64) engine = Memory";
    store.execute(&sql(table), &Options::default()).await.expect("a table");

    let summary = store.insert("copy", &block, &InsertOptions::default()).await.expect("stored");

    let stream = store.stream(&sql("select * from copy"), "Native", &Options::default()).await.expect("a stream");
    let bytes = stream.try_fold(Vec::new(), async |all, bytes| Ok([all, bytes.to_vec()].concat())).await;
    assert_eq!(bytes.expect("whole"), block.encode().expect("equal columns").concat());
    assert_eq!(summary.written_rows, 3);
    assert!(!summary.query_id.is_empty());
}

#[tokio::test]
async fn events_are_sent_in_the_order_of_their_table() {
    let (_engine, store) = migrated().await;
    let mut chance = 1_u64;
    let mut below = |limit: u64| {
        chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (chance >> 33) % limit
    };
    let rows = 3_000;
    // Texts of every length that the hash treats apart, and projects that differ in either half of their ids.
    let users: Vec<String> = (0..rows).map(|_| "ü".repeat(below(60) as usize) + &below(40).to_string()).collect();
    let projects: Vec<Uuid> = (0..rows).map(|_| Uuid::from_u64_pair(below(3), below(3))).collect();
    let days: Vec<u16> = (0..rows).map(|_| 20_000 + below(3) as u16).collect();
    let times: Vec<i64> = (0..rows).map(|_| below(5) as i64 - 2).collect();
    let names: Vec<String> = (0..rows).map(|_| ["a", "B", "ä", "aa", ""][below(5) as usize].to_owned()).collect();
    let block = Block::new()
        .column("number", Column::UInt64((0..rows).collect()))
        .column("project_id", Column::Uuid(projects))
        .column("date", Column::Date(days))
        .column("event_name", Column::Text(names.iter().collect()))
        .column("user_id", Column::Text(users.iter().collect()))
        .column("timestamp", Column::Instant(times));
    let table = "create table copy (number UInt64, project_id UUID, date Date, event_name LowCardinality(String), \
                 user_id String, timestamp DateTime64(3, 'UTC')) engine = Memory";
    store.execute(&sql(table), &Options::default()).await.expect("a table");

    let sent = crate::in_order_of_events(block);
    store.insert("copy", &sent, &InsertOptions::default()).await.expect("stored");

    let order_by = crate::schema::EVENTS.order_by;
    let sorted = format!("(select groupArray(number) from (select number from copy order by {order_by}, number))");
    let question =
        sql(format!("select toUInt8(groupArray(number) = {sorted}) as is_sorted, count() as rows from copy"));
    let answer = store.rows::<serde_json::Value>(&question, &Options::default()).await.expect("an answer");
    assert_eq!(answer.rows[0], serde_json::json!({ "is_sorted": 1, "rows": rows }));
}

#[tokio::test]
async fn a_block_may_be_sent_compressed() {
    let (_engine, store) = migrated().await;
    let connection = Arc::into_inner(store.connection).expect("the only owner");
    let store = Store::over(Connection { compresses: true, ..connection });
    let block = events(vec![1_795_173_753_456; 300_000]);

    store.insert("events", &block, &InsertOptions::default()).await.expect("stored");

    assert_eq!(count(&store, "select uniqExact(event_id) as count from events").await, 300_000);
}

/// Events that fill only what the sorting key needs.
fn events(timestamps: Vec<i64>) -> Block {
    let ids = (0..timestamps.len()).map(|number| Uuid::from_u128(number as u128)).collect();
    Block::new()
        .column("project_id", Column::Uuid(vec![Uuid::nil(); timestamps.len()]))
        .column("event_id", Column::Uuid(ids))
        .column("event_name", Column::Text(vec!["sign up"; timestamps.len()].into_iter().collect()))
        .column("timestamp", Column::Instant(timestamps))
}

#[tokio::test]
async fn an_insert_repeated_with_its_token_stores_nothing_again() {
    let (_engine, store) = migrated().await;
    let block = events(vec![1_795_173_753_456; 1_000]);
    let same = InsertOptions { deduplication_token: Some("segment-1".into()), ..InsertOptions::default() };
    let other = InsertOptions { deduplication_token: Some("segment-2".into()), ..InsertOptions::default() };

    for options in [&same, &same, &other] {
        store.insert("events", &block, options).await.expect("stored");
    }

    assert_eq!(count(&store, "select count() as count from events").await, 2_000);
    assert_eq!(count(&store, "select countIf(date = '2026-11-20') as count from events").await, 2_000);
}

#[tokio::test]
async fn one_insert_may_hold_events_of_any_months() {
    let (_engine, store) = migrated().await;
    let month_ms = 31 * 24 * 3_600_000;
    let block = events((0..150).map(|month| month * month_ms).collect());

    store.insert("events", &block, &InsertOptions::default()).await.expect("stored");

    assert_eq!(count(&store, "select count() as count from events").await, 150);
    assert_eq!(count(&store, "select uniqExact(toYYYYMM(date)) as count from events").await, 150);
}

#[tokio::test]
async fn standard_sql_gets_standard_answers() {
    let (_engine, store) = migrated().await;

    let unmatched = "select countIf(b.value is null) as count from (select 1 as key) a \
                     left join (select 2 as key, 5 as value) b on a.key = b.key";
    let distinct = "select count() as count from (select 1 union select 1)";

    assert_eq!(count(&store, unmatched).await, 1);
    assert_eq!(count(&store, distinct).await, 1);
}

#[tokio::test]
async fn a_reader_can_neither_write_nor_lift_its_limits() {
    let (_engine, store) = migrated().await;
    let reading = Options { read_only: true, max_rows: Some(10), ..Options::default() };
    let codes = [
        ("insert into events (user_id) select 'x'", 164),
        ("drop table events", 164),
        ("select number from numbers(100)", 396),
        ("select number from numbers(100) settings max_result_rows = 0", 164),
        ("select number from numbers(100) settings readonly = 0", 164),
    ];

    for (statement, code) in codes {
        let error = store.execute(&sql(statement), &reading).await.expect_err(statement);
        assert_eq!(error.code(), Some(code), "{statement}: {error}");
    }
    store.execute(&sql("select number from numbers(10)"), &reading).await.expect("within limits");
}

#[tokio::test]
async fn limits_of_time_and_memory_hold() {
    let (_engine, store) = migrated().await;
    let quick = Options { timeout: Duration::from_secs(1), ..Options::default() };
    let small = Options { max_memory: Some(10_000_000), ..Options::default() };

    let late = store.execute(&sql("select count() from system.numbers"), &quick).await.expect_err("too long");
    let large = store.execute(&sql("select groupArray(number) from numbers(10000000)"), &small).await;

    assert!(matches!(late, Error::Timeout { .. }), "{late}");
    assert_eq!(large.expect_err("too much").code(), Some(241));
}

#[tokio::test]
async fn numbers_are_streamed_as_text_and_an_exception_on_the_way_is_seen() {
    let (_engine, store) = migrated().await;
    let options = Options::default();

    let exact = sql("select toUInt64(18446744073709551615) as a, toDecimal64('1.10', 2) as b, nan as c");
    let stream = store.stream(&exact, "JSONEachRow", &options).await.expect("a stream");
    let bytes = stream.try_fold(Vec::new(), async |all, bytes| Ok([all, bytes.to_vec()].concat())).await;
    let failing = sql("select throwIf(number = 5000000) as a from numbers(10000000)");
    let stream = store.stream(&failing, "CSV", &options).await.expect("a beginning");
    let error = stream.try_for_each(async |_| Ok(())).await.expect_err("not whole");

    assert_eq!(bytes.expect("whole"), b"{\"a\":\"18446744073709551615\",\"b\":\"1.1\",\"c\":\"nan\"}\n");
    assert_eq!(error.code(), Some(395), "{error}");
}

/// Waits until the endless query runs, or runs no more.
async fn until_running(store: &Store, is_expected: bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    let question = "select count() as count from system.processes \
                    where query like '%endless%' and query not like '%system.processes%'";
    while (count(store, question).await > 0) != is_expected {
        assert!(Instant::now() < deadline, "is it running? expected {is_expected}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn a_query_ends_with_its_future_or_by_its_id() {
    let (_engine, store) = migrated().await;
    let question = sql("select count() as endless from system.numbers");
    for is_cancelled in [false, true] {
        let options = Options { query_id: Some(format!("endless-{is_cancelled}")), ..Options::default() };
        let running = tokio::spawn({
            let (store, question) = (store.clone(), question.clone());
            async move { store.execute(&question, &options).await }
        });
        until_running(&store, true).await;

        if is_cancelled {
            store.cancel("endless-true").await.expect("cancelled");
            assert_eq!(running.await.expect("no panic").expect_err("cancelled").code(), Some(394));
        } else {
            running.abort();
        }
        until_running(&store, false).await;
    }
}

#[tokio::test]
async fn an_engine_that_dies_is_unavailable_and_comes_back() {
    let (engine, store) = migrated().await;
    let question = sql("select count() as endless from system.numbers");
    let running = tokio::spawn({
        let (store, question) = (store.clone(), question.clone());
        async move { store.execute(&question, &Options::default()).await }
    });
    until_running(&store, true).await;

    engine.kill();
    let error = running.await.expect("no panic").expect_err("killed");

    assert!(error.is_unavailable(), "{error}");
    let deadline = Instant::now() + Duration::from_secs(60);
    while let Err(error) = store.ping().await {
        assert!(error.is_unavailable() && Instant::now() < deadline, "{error}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(count(&store, "select count() as count from events").await, 0);
}

#[tokio::test]
async fn text_cut_in_the_middle_of_a_letter_still_arrives() {
    #[derive(Deserialize)]
    struct Row {
        text: String,
    }
    let (_engine, store) = migrated().await;

    let row: Row = one(&store, sql("select substring('aü', 1, 2) as text")).await;

    assert_eq!(row.text, "a\u{fffd}");
}

#[tokio::test]
async fn what_cannot_be_read_as_the_row_asked_for_is_an_error() {
    let (_engine, store) = migrated().await;
    #[derive(Debug, Deserialize)]
    struct Row {
        #[expect(dead_code, reason = "never read: decoding fails")]
        count: u8,
    }

    let error = store.rows::<Row>(&sql("select 300 as count"), &Options::default()).await.expect_err("too large");

    assert!(matches!(error, Error::Decode(_)), "{error}");
}
