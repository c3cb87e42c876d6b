//! The declared schema against its documents, and as a cluster sees it.

use std::collections::{BTreeMap, BTreeSet};

use crate::schema::{Place, statements, tables, views};

/// Documented tables that later work brings, with the reason why they are not here yet.
const NOT_BUILT: [(&str, &str); 7] = [
    ("behavior_patterns", "comes with customer insights"),
    ("customer_interactions", "comes with customer insights"),
    ("customers", "comes with customer insights"),
    ("dashboard_events", "comes with dashboards"),
    ("funnel_events", "comes with funnels"),
    ("query_metrics", "comes with saved queries"),
    ("retention_cohorts", "comes with retention"),
];

/// The documented columns of each table of the analytics store.
fn documented() -> BTreeMap<String, BTreeSet<String>> {
    let text = include_str!("../../../../docs/spec/columns.csv");
    let mut documented: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in text.lines().skip(1) {
        // A type such as NUMERIC(10,2) is quoted and holds commas; the last three fields never do.
        let fields: Vec<&str> = line.rsplitn(4, ',').collect();
        if let [column, table, "analytics", _] = fields[..] {
            documented.entry(table.to_owned()).or_default().insert(column.to_owned());
        }
    }
    documented
}

#[test]
fn every_documented_table_is_whole_or_on_the_list_of_those_to_come() {
    let views = views().iter().map(|view| (view.name, view.columns));
    let all = tables().iter().map(|table| (table.name, table.columns)).chain(views);
    let built: BTreeMap<&str, BTreeSet<&str>> =
        all.map(|(name, columns)| (name, columns.iter().map(|column| column.name).collect())).collect();
    let to_come = BTreeMap::from(NOT_BUILT);
    assert!(to_come.values().all(|reason| !reason.is_empty()));

    for (table, columns) in documented() {
        match (built.get(table.as_str()), to_come.contains_key(table.as_str())) {
            (Some(built), false) => {
                let missing: Vec<&String> = columns.iter().filter(|column| !built.contains(column.as_str())).collect();
                assert!(missing.is_empty(), "{table} lacks {missing:?}");
            }
            (None, true) => {}
            (Some(_), true) => panic!("{table} is built: take it off the list of those to come"),
            (None, false) => panic!("{table} is neither built nor on the list of those to come"),
        }
    }
    let documented = documented();
    let unknown: Vec<&&str> = to_come.keys().filter(|table| !documented.contains_key(**table)).collect();
    assert!(unknown.is_empty(), "not documented: {unknown:?}");
}

#[test]
fn a_cluster_gets_replicated_tables_behind_a_distributed_one() {
    insta::assert_snapshot!(rendered(Some("main")));
}

#[test]
fn one_server_gets_plain_tables() {
    insta::assert_snapshot!(rendered(None));
}

#[test]
fn the_schema_is_printed_as_json() {
    let json = serde_json::to_value(tables()).expect("plain data");
    let events = &json[1];
    assert_eq!(events["name"], "events");
    assert_eq!(events["columns"][6]["default"], "toDate(timestamp)");
    assert_eq!(events["columns"][6]["type"], "Date");
}

#[test]
fn names_and_comments_are_complete() {
    for table in tables() {
        let names: BTreeSet<&str> = table.columns.iter().map(|column| column.name).collect();
        assert_eq!(names.len(), table.columns.len(), "{} names a column twice", table.name);
        assert!(table.columns.iter().all(|column| !column.comment.is_empty()), "{}", table.name);
    }
    for view in views() {
        let names: BTreeSet<&str> = view.columns.iter().map(|column| column.name).collect();
        assert_eq!(names.len(), view.columns.len(), "{} names a column twice", view.name);
    }
}

fn rendered(cluster: Option<&str>) -> String {
    let statements = statements(Place { database: "radixinsight", cluster });
    let texts: Vec<String> =
        statements.into_iter().map(|statement| format!("-- {}\n{};", statement.makes, statement.text)).collect();
    texts.join("\n\n")
}
