//! How rows become lines.

use analytics_model::{BreakdownValue, Period, TrendsAnswer};
use serde_json::{Value, json};

use super::{compiled, question};
use crate::Row;

fn row(part: Value) -> Row {
    let mut whole = json!({
        "part": 0, "bucket": 0, "is_total": 1, "previous": 0, "breakdown_rank": 0, "breakdown_value": "",
        "values": [1.0], "without_number": [0],
    });
    let (Value::Object(fields), Value::Object(part)) = (&mut whole, part) else { panic!("an object is needed") };
    fields.extend(part);
    serde_json::from_value(whole).expect("a row")
}

fn answer(definition: Value, rows: Vec<Row>) -> TrendsAnswer {
    compiled(question(definition)).expect("a good question").answer(vec![rows]).expect("an answer")
}

#[test]
fn without_events_amounts_are_zero_and_other_measures_nothing() {
    let price = |kind: &str| json!({ "event": "buy", "measure": { "kind": kind, "property": "price" } });
    let series = json!([
        { "measure": { "kind": "count" } },
        { "measure": { "kind": "unique_users" } },
        { "measure": { "kind": "unique_sessions" } },
        price("sum"), price("average"), price("minimum"), price("maximum"), price("median"), price("p90"),
    ]);
    let answer = answer(json!({ "series": series, "compare": "previous_period" }), Vec::new());
    assert_eq!(answer.lines.len(), 18);
    for (index, line) in answer.lines.iter().enumerate() {
        let nothing = if index < 8 { Some(0.0) } else { None };
        assert_eq!(line.values, [nothing; 7], "{}", line.label);
        assert_eq!(line.total, nothing, "{}", line.label);
        assert_eq!(line.events_without_number, (index >= 6).then_some(0), "{}", line.label);
    }
}

#[test]
fn lines_are_named_by_event_and_measure_unless_the_question_names_them() {
    let series = json!([
        { "event": "$pageview", "measure": { "kind": "count" } },
        { "measure": { "kind": "unique_users" } },
        { "event": "buy", "measure": { "kind": "p90", "property": "price" } },
        { "event": "buy", "measure": { "kind": "count" }, "name": "Sales" },
    ]);
    let answer = answer(json!({ "series": series }), Vec::new());
    let labels: Vec<_> = answer.lines.iter().map(|line| (line.key.as_str(), line.label.as_str())).collect();
    let wanted = [("A", "$pageview"), ("B", "Any event: unique users"), ("C", "buy: p90 of price"), ("D", "Sales")];
    assert_eq!(labels, wanted);
}

#[test]
fn breakdown_values_keep_one_order_and_every_line_has_both_periods() {
    let definition = json!({
        "series": [
            { "event": "a", "measure": { "kind": "count" } },
            { "event": "b", "measure": { "kind": "count" } },
        ],
        "breakdown": { "property": "plan", "limit": 2 },
        "compare": "previous_period",
    });
    let rows = vec![
        row(json!({ "breakdown_rank": 65535 })),
        row(json!({ "breakdown_rank": 0, "values": [50.0] })),
        row(json!({ "breakdown_rank": 2, "breakdown_value": "pro", "values": [3.0] })),
        row(json!({ "breakdown_rank": 1, "breakdown_value": "free", "values": [5.0], "previous": 1 })),
        row(json!({ "breakdown_rank": 2, "breakdown_value": "pro", "values": [9.0], "part": 1 })),
    ];
    let answer = answer(definition, rows);
    let pro = BreakdownValue::Value("pro".into());
    let free = BreakdownValue::Value("free".into());
    let order = [pro, free, BreakdownValue::None, BreakdownValue::Other];
    let found: Vec<_> =
        answer.lines.iter().map(|line| (line.key.as_str(), line.breakdown.clone(), line.period)).collect();
    let mut wanted = Vec::new();
    for key in ["A", "B"] {
        for value in &order {
            wanted.push((key, Some(value.clone()), Period::Current));
            wanted.push((key, Some(value.clone()), Period::Previous));
        }
    }
    assert_eq!(found, wanted);
    let totals: Vec<_> = answer.lines.iter().map(|line| line.total.unwrap_or(f64::NAN)).collect();
    assert_eq!(totals, [3.0, 0.0, 0.0, 5.0, 1.0, 0.0, 50.0, 0.0, 9.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
}

#[test]
fn rows_that_do_not_fit_the_question_are_an_error_and_no_panic() {
    let compiled = compiled(question(json!({}))).expect("a good question");
    for wrong in [
        row(json!({ "part": 9 })),
        row(json!({ "values": [] })),
        row(json!({ "without_number": [1, 2] })),
        row(json!({ "is_total": 0, "bucket": 12 })),
        row(json!({ "is_total": 0, "previous": 1 })),
    ] {
        assert!(compiled.answer(vec![vec![wrong.clone()]]).is_err(), "{wrong:?}");
    }
}

#[test]
fn an_answer_in_json() {
    let bucket = "2026-11-17T23:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().expect("a time").timestamp();
    let definition = json!({
        "series": [{ "event": "buy", "measure": { "kind": "average", "property": "price" } }],
        "range": { "kind": "last", "count": 2, "unit": "day" },
        "breakdown": { "property": "plan" },
    });
    let rows = vec![
        row(json!({ "breakdown_rank": 1, "breakdown_value": "pro", "values": [19.5], "without_number": [2] })),
        row(
            json!({ "breakdown_rank": 1, "breakdown_value": "pro", "values": [19.5], "is_total": 0, "bucket": bucket }),
        ),
        row(json!({ "breakdown_rank": 65535, "values": [null] })),
    ];
    insta::assert_json_snapshot!(answer(definition, rows));
}
