//! The tables: as migrations make them, as features declare them, and as the documents want them.

use std::collections::{BTreeMap, BTreeSet};

use crate::testing::{TestApp, app_tests};

/// Documented tables that no feature owns yet.
const NOT_BUILT_YET: &[&str] = &[
    "alert_history",
    "alerts",
    "bookmarks",
    "chart_library",
    "column_metadata",
    "comments",
    "dashboard_components",
    "dashboards",
    "data_sources",
    "database_metadata",
    "funnel_steps",
    "notifications",
    "pipeline_history",
    "pipeline_sources",
    "saved_queries",
    "scheduler_job_runs",
    "scheduler_jobs",
    "source_insights",
    "theme_library",
    "upload_history",
    "upload_templates",
    "visualizations",
];

type Columns = BTreeMap<String, BTreeSet<(String, bool)>>;

fn by_name(tables: Vec<metadata_store::TableDescription>) -> Columns {
    let columns = |table: metadata_store::TableDescription| {
        let columns = table.columns.into_iter().map(|column| (column.name, column.nullable)).collect();
        (table.name, columns)
    };
    tables.into_iter().map(columns).collect()
}

app_tests! {
    async fn migrations_make_what_features_declare(app: TestApp) {
        let mut made = by_name(app.app.metadata().tables().await.expect("the store answers"));
        made.remove("metadata_migrations").expect("the table of migrations");
        assert_eq!(made, by_name(crate::schema()));
    }

    async fn a_migrated_store_has_nothing_to_migrate(app: TestApp) {
        let metadata = app.app.metadata();
        assert!(metadata.pending_migrations(&crate::migrations()).await.expect("the store answers").is_empty());
        let again = metadata.migrate(&crate::migrations(), app.app.clock()).await.expect("nothing to do");
        assert!(again.is_empty());
    }
}

#[test]
fn every_documented_column_of_a_built_table_is_there() {
    let built = by_name(crate::schema());
    let mut missing = BTreeSet::new();
    let mut unheard_of = BTreeSet::new();
    for row in csv::Reader::from_reader(include_str!("../../../../docs/spec/columns.csv").as_bytes()).deserialize() {
        let row: BTreeMap<String, String> = row.expect("a row");
        if row["store"] != "metadata" {
            continue;
        }
        let (table, column) = (&row["table"], &row["column"]);
        match built.get(table) {
            Some(columns) if !columns.iter().any(|(name, _)| name == column) => {
                missing.insert(format!("{table}.{column}"));
            }
            None if !NOT_BUILT_YET.contains(&table.as_str()) => {
                unheard_of.insert(table.clone());
            }
            _ => {}
        }
    }
    assert!(missing.is_empty(), "documented columns without a place: {missing:?}");
    assert!(unheard_of.is_empty(), "documented tables that are neither built nor named above: {unheard_of:?}");
    let built_after_all: Vec<_> = NOT_BUILT_YET.iter().filter(|table| built.contains_key(**table)).collect();
    assert!(built_after_all.is_empty(), "take these off the list, they are built: {built_after_all:?}");
}
