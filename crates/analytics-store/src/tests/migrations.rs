//! From an empty database to today's schema, whatever happens on the way.

use std::collections::BTreeMap;

use analytics_model::sql;
use serde::Deserialize;

use super::engine::migrated;
use crate::schema::{self, Place};
use crate::{Error, Options, Store};

const ALL: [&str; 11] = [
    "0001_events",
    "0002_user_activity",
    "0003_events_by_user",
    "0004_sessions_and_people",
    "0005_property_uses",
    "0006_events_rejected",
    "0007_merges",
    "0008_ingestion_warnings",
    "0009_catalogue",
    "0010_ingestion_counts",
    "0011_durable",
];

async fn empty() -> (engine::testing::TestEngine, Store) {
    let engine = engine::testing::engine().await;
    let store = Store::unix(engine.socket(), "radix-test").expect("a store");
    (engine, store)
}

#[derive(Debug, PartialEq, Deserialize)]
struct Described {
    table: String,
    name: String,
    kind: String,
    comment: String,
}

async fn described(store: &Store) -> Vec<Described> {
    let question = sql("select table, name, type as kind, comment from system.columns \
                        where database = currentDatabase() and not endsWith(table, '_feed') order by table, position");
    store.rows(&question, &Options::default()).await.expect("an answer").rows
}

#[tokio::test]
async fn an_empty_store_is_migrated_once() {
    let (_engine, store) = empty().await;

    assert_eq!(store.pending_migrations().await.expect("a list"), ALL);
    assert_eq!(store.migrate().await.expect("migrated"), ALL);
    assert_eq!(store.migrate().await.expect("nothing to do"), [""; 0]);
    assert_eq!(store.pending_migrations().await.expect("a list"), [""; 0]);
}

#[tokio::test]
async fn the_database_has_the_declared_tables_and_columns() {
    let (_engine, store) = migrated().await;

    let mut expected = BTreeMap::new();
    for table in schema::tables() {
        let columns = table.columns.iter().map(|column| Described {
            table: table.name.into(),
            name: column.name.into(),
            kind: column.kind.into(),
            comment: column.comment.into(),
        });
        expected.insert(table.name, columns.collect::<Vec<_>>());
    }
    for view in schema::views() {
        let columns = view.columns.iter().map(|column| Described {
            table: view.name.into(),
            name: column.name.into(),
            kind: column.kind.into(),
            comment: column.comment.into(),
        });
        expected.insert(view.name, columns.collect::<Vec<_>>());
    }
    let expected: Vec<Described> = expected.into_values().flatten().collect();

    assert_eq!(described(&store).await, expected);
}

#[tokio::test]
async fn two_servers_may_migrate_at_once() {
    let (_engine, store) = empty().await;

    let (first, second) = tokio::join!(store.migrate(), store.migrate());

    first.expect("migrated");
    second.expect("migrated");
    assert_eq!(store.pending_migrations().await.expect("a list"), [""; 0]);
}

#[tokio::test]
async fn a_run_that_was_cut_off_anywhere_is_finished_by_the_next() {
    let (_engine, store) = empty().await;
    let statements = schema::statements(Place { database: "radix-test", cluster: None });
    let tables: usize = schema::tables().iter().map(|table| table.columns.len()).sum();
    let views: usize = schema::views().iter().map(|view| view.columns.len()).sum();
    let columns = tables + views;
    for count in 0..=statements.len() {
        store
            .execute_anywhere(&sql("drop database if exists `radix-test`"), &Options::default())
            .await
            .expect("dropped");
        for statement in &statements[..count] {
            store.execute_anywhere(&sql(&statement.text), &Options::default()).await.expect("made");
        }

        assert_eq!(store.migrate().await.expect("migrated"), ALL, "after {count} statements");
        assert_eq!(described(&store).await.len(), columns, "after {count} statements");
    }
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_left_alone() {
    let (_engine, store) = migrated().await;
    let record = sql("insert into schema_migrations (name, version) values ('0999_time_travel', '9.0.0')");
    store.execute(&record, &Options::default()).await.expect("recorded");

    let error = store.migrate().await.expect_err("refused");

    assert!(matches!(&error, Error::Newer { .. }));
    assert_eq!(
        error.to_string(),
        "the analytics database radixinsight was migrated by a newer version of this program (it knows \
         0999_time_travel): start that version, or restore a backup made before the upgrade"
    );
}

/// How the tables were made before they were asked to keep on disk what they answer for.
async fn forget_durability(store: &Store) {
    for table in schema::tables() {
        let text = format!("alter table `{}` reset setting fsync_after_insert, fsync_part_directory", table.name);
        store.execute(&sql(text), &Options::default()).await.expect("altered");
    }
    let forget = sql("alter table schema_migrations delete where name = '0011_durable' settings mutations_sync = 2");
    store.execute(&forget, &Options::default()).await.expect("forgotten");
}

/// Tables whose rows may be lost by a power cut after an insert was answered.
async fn forgetful(store: &Store) -> Vec<String> {
    #[derive(Deserialize)]
    struct Row {
        name: String,
    }
    let question = sql(
        "select name from system.tables where database = currentDatabase() and engine like '%MergeTree' \
        and not (create_table_query like '%fsync_after_insert = 1%' and create_table_query like '%fsync_part_directory = 1%')",
    );
    let answer = store.rows::<Row>(&question, &Options::default()).await.expect("an answer");
    answer.rows.into_iter().map(|row| row.name).collect()
}

#[tokio::test]
async fn every_table_keeps_on_disk_what_it_answers_for() {
    let (_engine, store) = migrated().await;
    assert_eq!(forgetful(&store).await, [""; 0]);

    forget_durability(&store).await;
    assert_eq!(forgetful(&store).await.len(), schema::tables().len(), "as a version before made them");
    assert_eq!(store.migrate().await.expect("migrated"), ["0011_durable"]);
    assert_eq!(forgetful(&store).await, [""; 0]);
}
