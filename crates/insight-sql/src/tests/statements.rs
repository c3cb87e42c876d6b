//! The SQL that a reviewer reads.

use analytics_model::{Sql, Value};
use serde_json::json;

use super::{compiled, compiled_with, question};
use crate::{Compiled, PropertyColumns};

/// The text, then the bound values.
fn shown(definition: serde_json::Value) -> String {
    shown_of(&compiled(definition).expect("a good question"))
}

fn shown_of(compiled: &Compiled) -> String {
    let [Sql { text, values }] = compiled.statements() else { panic!("one statement is enough") };
    let values: Vec<String> = values.iter().map(|(name, value)| format!("{name} = {}", value_text(value))).collect();
    format!("{text}\n\n{}", values.join("\n"))
}

fn value_text(value: &Value) -> String {
    match value {
        Value::Text(text) => format!("{text:?}"),
        Value::Int(number) => number.to_string(),
        Value::UInt(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Uuid(id) => id.to_string(),
        Value::Date(date) => date.to_string(),
        Value::Instant(instant) => instant.to_rfc3339(),
        Value::List(values) => format!("[{}]", values.iter().map(value_text).collect::<Vec<_>>().join(", ")),
        Value::Null => "null".into(),
    }
}

#[test]
fn counting_an_event_by_day() {
    insta::assert_snapshot!(shown(question(json!({}))));
}

#[test]
fn totals_by_a_property_are_found_in_one_pass() {
    let mut definition = question(json!({
        "series": [
            { "event": "$pageview", "measure": { "kind": "unique_users" } },
            { "event": "$pageview", "measure": { "kind": "count" } },
        ],
        "breakdown": { "property": "$pathname", "limit": 8 },
    }));
    definition.as_object_mut().expect("an object").remove("interval");
    insta::assert_snapshot!(shown(definition));
}

#[test]
fn sessions_are_filtered_by_any_of_their_events_and_by_their_entry() {
    insta::assert_snapshot!(shown(question(json!({
        "session_filter": { "and": [
            { "property": "$pathname", "operator": "is", "values": ["/pricing"] },
            { "property": "plan", "operator": "is_not", "values": ["free"] },
            { "property": "$entry_channel", "operator": "is", "values": ["search"] },
        ] },
        "breakdown": { "property": "$exit_pathname" },
    }))));
}

#[test]
fn sessions_with_a_page_need_no_grouping() {
    insta::assert_snapshot!(shown(question(json!({
        "session_filter": { "property": "$pathname", "operator": "is", "values": ["/pricing"] },
    }))));
}

#[test]
fn bounces_are_counted_over_whole_sessions() {
    insta::assert_snapshot!(shown(question(json!({
        "series": [
            { "event": "$pageview", "measure": { "kind": "bounce_rate" } },
            { "event": "$pageview", "measure": { "kind": "session_duration" } },
        ],
        "compare": "previous_year",
    }))));
}

#[test]
fn properties_are_read_from_the_columns_they_were_given() {
    let columns = [("plan", "p_1"), ("it's \\", "p_2"), ("bad", "drop table"), ("never asked", "p_3")];
    let columns = columns.map(|(property, column)| (property.to_owned(), column.to_owned()));
    let definition = question(json!({
        "series": [{ "measure": { "kind": "sum", "property": "it's \\" } }, { "measure": { "kind": "sum", "property": "bad" } }],
        "filter": { "property": "plan", "operator": "is_not", "values": ["free"] },
        "breakdown": { "property": "plan" },
    }));
    let compiled = compiled_with(definition, PropertyColumns::from_iter(columns)).expect("a good question");
    assert_eq!(compiled.properties().collect::<Vec<_>>(), ["bad", "it's \\", "plan"]);
    insta::assert_snapshot!(shown_of(&compiled));
}

#[test]
fn a_range_with_a_clock_change_is_bound_as_its_edges() {
    let range = json!({ "kind": "dates", "from": "2026-10-24", "to": "2026-10-26" });
    insta::assert_snapshot!(shown(question(json!({ "range": range }))));
}

#[test]
fn several_series_with_breakdown_and_comparison() {
    let paying = json!({ "and": [
        { "property": "plan", "operator": "is", "values": ["pro", "team"] },
        { "or": [
            { "property": "$browser", "operator": "is_not", "values": ["Chrome"] },
            { "property": "price", "operator": "at_least", "values": ["50"] },
        ] },
    ] });
    insta::assert_snapshot!(shown(question(json!({
        "series": [
            { "event": "$pageview", "measure": { "kind": "unique_users" } },
            { "event": "purchase", "measure": { "kind": "sum", "property": "price" }, "filter": paying },
            { "event": "purchase", "measure": { "kind": "median", "property": "price" } },
        ],
        "interval": "week",
        "filter": { "property": "$host", "operator": "contains", "values": ["Example.com"] },
        "breakdown": { "property": "$country", "limit": 5 },
        "compare": "previous_period",
    }))));
}

#[test]
fn every_operator_on_a_column_and_on_a_property() {
    let operators = [
        ("is", json!(["a"])),
        ("is_not", json!(["a", "b"])),
        ("contains", json!(["A%", "b"])),
        ("not_contains", json!(["a"])),
        ("starts_with", json!(["a"])),
        ("matches", json!(["^a", "b$"])),
        ("not_matches", json!(["^a"])),
        ("greater_than", json!(["1.5"])),
        ("at_least", json!(["1"])),
        ("less_than", json!(["-1"])),
        ("at_most", json!(["1e3"])),
        ("is_set", json!([])),
        ("is_not_set", json!([])),
    ];
    let conditions: Vec<_> = ["$pathname", "plan"]
        .iter()
        .flat_map(|property| {
            operators
                .iter()
                .map(move |(operator, values)| json!({ "property": property, "operator": operator, "values": values }))
        })
        .collect();
    insta::assert_snapshot!(shown(question(json!({ "filter": { "or": conditions } }))));
}

#[test]
fn text_of_users_is_bound_and_never_part_of_the_statement() {
    let odd = "x' or 1=1 -- {project:UUID}";
    let compiled = compiled(question(json!({
        "series": [{
            "event": odd,
            "name": odd,
            "measure": { "kind": "sum", "property": odd },
            "filter": { "or": [
                { "property": odd, "operator": "is", "values": [odd] },
                { "property": odd, "operator": "contains", "values": [odd, odd] },
                { "property": odd, "operator": "matches", "values": [odd] },
            ] },
        }],
        "breakdown": { "property": odd },
    })));
    let compiled = compiled.expect("a good question");
    let statement = &compiled.statements()[0];
    assert!(!statement.text.contains("1=1"), "{}", statement.text);
}
