//! The JSON that is stored and sent: a change here breaks saved insights.

use serde_json::{Value, json};

use crate::{BreakdownValue, Filter, Trends};

/// Every part at once.
fn everything() -> Value {
    json!({
        "series": [
            { "measure": { "kind": "count" } },
            {
                "event": "purchase",
                "measure": { "kind": "p90", "property": "price" },
                "filter": { "or": [
                    { "property": "plan", "operator": "is_not", "values": ["free"] },
                    { "and": [{ "property": "$browser", "operator": "is_set" }] },
                ] },
                "name": "Dear ones",
            },
        ],
        "formulas": [{ "expression": "A / B * 100", "name": "Share" }],
        "range": { "kind": "last", "count": 30, "unit": "day" },
        "interval": "week",
        "filter": { "and": [] },
        "breakdown": { "property": "$country", "limit": 10 },
        "compare": "previous_period",
    })
}

#[test]
fn a_question_is_written_as_it_was_read() {
    let trends: Trends = serde_json::from_value(everything()).expect("a question");
    assert_eq!(serde_json::to_value(&trends).expect("json"), everything());
    let least = json!({
        "series": [{ "measure": { "kind": "unique_users" } }],
        "range": { "kind": "dates", "from": "2026-01-01", "to": "2026-01-31" },
        "interval": "day",
    });
    let trends: Trends = serde_json::from_value(least.clone()).expect("a question");
    assert_eq!(serde_json::to_value(&trends).expect("json"), least);
}

#[test]
fn a_breakdown_has_ten_lines_unless_told() {
    let breakdown: crate::Breakdown = serde_json::from_value(json!({ "property": "plan" })).expect("a breakdown");
    assert_eq!(breakdown.limit, 10);
}

/// Sets the value at a JSON pointer of [`everything`] and returns why the whole is refused.
fn refused(pointer: &str, value: Value) -> String {
    let mut question = everything();
    let (parent, field) = pointer.rsplit_once('/').expect("a pointer");
    question.pointer_mut(parent).expect("the parent")[field] = value;
    serde_json::from_value::<Trends>(question).expect_err("refused").to_string()
}

#[test]
fn unknown_fields_and_words_are_refused_by_name() {
    assert!(refused("/serie", json!([])).contains("unknown field `serie`"));
    assert!(refused("/series/1/measure/percentile", json!(95)).contains("unknown field `percentile`"));
    assert!(refused("/range/until", json!("2026-01-01")).contains("unknown field `until`"));
    assert!(refused("/interval", json!("minute")).contains("unknown variant `minute`"));
    assert!(refused("/series/1/measure", json!({ "kind": "sum" })).contains("missing field `property`"));
}

#[test]
fn a_filter_says_what_is_wrong_with_it() {
    assert!(refused("/filter/or", json!([])).contains("a filter has either `and`, or `or`"));
    assert!(refused("/filter", json!({})).contains("a filter has either `and`, or `or`"));
    assert!(refused("/filter/and", json!([{ "property": "x" }])).contains("a filter has either `and`, or `or`"));
    let misspelt = json!([{ "property": "x", "operator": "equals", "values": ["y"] }]);
    assert!(refused("/filter/and", misspelt).contains("unknown variant `equals`"));
    let number = json!([{ "property": "x", "operator": "is", "values": [5] }]);
    assert!(refused("/filter/and", number).contains("expected a string"));
    assert!(refused("/filter/not", json!([])).contains("unknown field `not`"));
}

#[test]
fn filters_nested_without_end_are_refused_rather_than_overflowing_the_stack() {
    let deep = format!("{}{}", "{\"and\":[".repeat(10_000), "]}".repeat(10_000));
    assert!(serde_json::from_str::<Filter>(&deep).is_err());
}

#[test]
fn breakdown_values_are_told_apart_from_none_and_other() {
    let written = |value: BreakdownValue| serde_json::to_value(value).expect("json");
    assert_eq!(written(BreakdownValue::Value("none".into())), json!({ "kind": "value", "value": "none" }));
    assert_eq!(written(BreakdownValue::None), json!({ "kind": "none" }));
    assert_eq!(written(BreakdownValue::Other), json!({ "kind": "other" }));
}
