//! A table of an earlier version, full of rows, on its way under its new key.

use std::time::Duration;

use analytics_model::sql;
use serde::Deserialize;

use crate::migrations::EVENTS_BY_USER;
use crate::rebuild::described;
use crate::schema::{self, Column, Place, Table};
use crate::{Options, Store};

/// The columns and key that 0001 made at first.
fn old_events() -> Table {
    let columns: Vec<Column> = schema::EVENTS
        .columns
        .iter()
        .filter(|column| !["traffic", "revenue"].contains(&column.name))
        .cloned()
        .collect();
    Table { columns: columns.leak(), order_by: "project_id, date, event_name, person_id, timestamp", ..schema::EVENTS }
}

const ROWS: u64 = 60_000;

/// A database as the version before left it: two projects, 150 days over six months.
async fn old_database(database: &str) -> (engine::testing::TestEngine, Store) {
    let engine = engine::testing::engine().await;
    let store = Store::unix(engine.socket(), database).expect("a store");
    let place = Place { database, cluster: None };
    let everywhere = schema::create_database(place);
    store.execute_anywhere(&sql(everywhere.text), &Options::default()).await.expect("a database");
    for table in [&schema::MIGRATIONS, &old_events()] {
        for statement in schema::create(table, place) {
            run(&store, &statement.text).await;
        }
    }
    for name in ["0001_events", "0002_user_activity"] {
        run(&store, &format!("insert into schema_migrations (name, version) values ('{name}', '0.1.0')")).await;
    }
    run(&store, &more_events(0, ROWS)).await;
    (engine, store)
}

fn more_events(from: u64, count: u64) -> String {
    format!(
        "insert into events (project_id, event_id, event_name, timestamp, user_id, person_id, properties) \
         select toUUIDOrZero(concat('00000000-0000-4000-8000-00000000000', toString(number % 2))), generateUUIDv4(number), \
         concat('event ', toString(number % 7)), toDateTime64('2026-01-20 00:00:00', 3, 'UTC') + toIntervalMinute(number * 5 % 216000), \
         concat('user ', toString(number % 500)), generateUUIDv4(), concat('{{\"n\":', toString(number), '}}') \
         from numbers({from}, {count})"
    )
}

async fn run(store: &Store, text: &str) {
    store.execute(&sql(text), &Options::default()).await.unwrap_or_else(|error| panic!("{text}: {error}"));
}

#[derive(Debug, PartialEq, Deserialize)]
struct Content {
    rows: u64,
    ids: u64,
    hash: u64,
}

async fn content(store: &Store, table: &str) -> Content {
    let question = format!(
        "select count() as rows, uniqExact(event_id) as ids, groupBitXor(cityHash64(project_id, event_id, event_name, \
         timestamp, user_id, person_id, properties, date)) as hash from {table}"
    );
    store.rows(&sql(question), &Options::default()).await.expect("an answer").rows.remove(0)
}

async fn tables(store: &Store) -> Vec<(String, String)> {
    #[derive(Deserialize)]
    struct Row {
        name: String,
        sorting_key: String,
    }
    let question = sql("select name, sorting_key from system.tables \
                        where database = currentDatabase() and name like 'events%' and name != 'events_rejected' order by name");
    let rows: Vec<Row> = store.rows(&question, &Options::default()).await.expect("an answer").rows;
    rows.into_iter().map(|row| (row.name, row.sorting_key)).collect()
}

fn only_the_new() -> Vec<(String, String)> {
    vec![("events".to_owned(), schema::EVENTS.order_by.to_owned())]
}

#[tokio::test]
async fn a_full_table_moves_under_the_new_key_with_every_row() {
    let (_engine, store) = old_database("radix-old").await;
    let before = content(&store, "events").await;
    assert_eq!((before.rows, before.ids), (ROWS, ROWS));

    store.migrate().await.expect("migrated");

    assert_eq!(content(&store, "events").await, before);
    assert_eq!(tables(&store).await, only_the_new());
    assert_eq!(store.migrate().await.expect("nothing to do"), [""; 0]);
    store.rebuild(&EVENTS_BY_USER).await.expect("nothing to do");
    assert_eq!(content(&store, "events").await, before);
}

#[tokio::test]
async fn a_copy_that_was_cut_off_is_finished_without_doubles() {
    let (_engine, store) = old_database("radixinsight").await;
    let before = content(&store, "events").await;
    // As killed in the middle: some days whole, one in part, and old rows that came meanwhile.
    let rebuilt = Table { name: "events_rebuilt", ..schema::EVENTS };
    for statement in schema::create(&rebuilt, store.place()) {
        run(&store, &statement.text).await;
    }
    let columns: Vec<&str> = old_events().columns.iter().map(|column| column.name).collect();
    let columns = columns.join(", ");
    for part in ["date < '2026-03-02'", "date = '2026-03-02' and cityHash64(event_id) % 3 = 0"] {
        run(&store, &format!("insert into events_rebuilt ({columns}) select {columns} from events where {part}")).await;
    }

    store.migrate().await.expect("migrated");

    assert_eq!(content(&store, "events").await, before);
    assert_eq!(tables(&store).await, only_the_new());
}

#[tokio::test]
async fn a_run_given_up_at_any_moment_is_finished_by_the_next() {
    let (_engine, store) = old_database("radixinsight").await;
    let before = content(&store, "events").await;

    for milliseconds in [5, 40, 80, 160, 320] {
        // A dropped future closes its connection; the statement under way may end after it or not at all.
        let _ = tokio::time::timeout(Duration::from_millis(milliseconds), store.migrate()).await;
    }
    store.migrate().await.expect("migrated");

    assert_eq!(content(&store, "events").await, before);
    assert_eq!(tables(&store).await, only_the_new());
}

#[tokio::test]
async fn a_change_of_places_that_was_cut_off_is_finished() {
    let (_engine, store) = old_database("radixinsight").await;
    let before = content(&store, "events").await;
    let rebuilt = Table { name: "events_rebuilt", ..schema::EVENTS };
    // Between the two renamings, with nothing copied: worse than it can be.
    for statement in schema::create(&rebuilt, store.place()) {
        run(&store, &statement.text).await;
    }
    run(&store, "rename table events to events_before").await;
    store.rebuild(&EVENTS_BY_USER).await.expect("rebuilt");
    assert_eq!(content(&store, "events").await, before);
    assert_eq!(tables(&store).await, only_the_new());

    // With the old table alone.
    run(&store, "rename table events to events_before").await;
    store.migrate().await.expect("migrated");
    assert_eq!(content(&store, "events").await, before);
    assert_eq!(tables(&store).await, only_the_new());
}

#[tokio::test]
async fn rows_written_into_the_old_table_meanwhile_come_along() {
    let (_engine, store) = old_database("radixinsight").await;
    run(&store, "create table events_before as events").await;
    run(&store, "insert into events_before select * from events").await;
    run(&store, "drop table events").await;
    for statement in schema::create(&schema::EVENTS, store.place()) {
        run(&store, &statement.text).await;
    }
    let columns: Vec<&str> = old_events().columns.iter().map(|column| column.name).collect();
    let columns = columns.join(", ");
    run(
        &store,
        &format!("insert into events ({columns}) select {columns} from events_before where event_name != 'event 3'"),
    )
    .await;
    let before = content(&store, "events_before").await;

    store.rebuild(&EVENTS_BY_USER).await.expect("rebuilt");

    assert_eq!(content(&store, "events").await, before);
    assert_eq!(tables(&store).await, only_the_new());
}

#[tokio::test]
async fn two_servers_may_rebuild_at_once() {
    let (engine, store) = old_database("radixinsight").await;
    let other = Store::unix(engine.socket(), "radixinsight").expect("a store");
    let before = content(&store, "events").await;

    let late = async {
        tokio::time::sleep(Duration::from_millis(150)).await;
        other.migrate().await
    };
    let (first, second) = tokio::join!(store.migrate(), late);

    first.expect("migrated");
    second.expect("migrated");
    assert_eq!(content(&store, "events").await, before);
    assert_eq!(tables(&store).await, only_the_new());
}

#[test]
fn a_cluster_rebuilds_the_tables_of_its_shards() {
    let place = |cluster| Place { database: "radixinsight", cluster };
    insta::assert_snapshot!(described(&EVENTS_BY_USER, place(Some("main"))));
    insta::assert_snapshot!(described(&EVENTS_BY_USER, place(None)));
}
