//! The worked example of the guide's page on trends.

use analytics_model::{BreakdownValue, Calendar, Line, TrendsAnswer, WeekStart};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::events::{self, Event};
use crate::{PROJECT, ask};

const ADA: u128 = 1;
const BEN: u128 = 2;
const CLEO: u128 = 3;

fn event(time: &str, person: u128, name: &'static str, properties: Value) -> Event {
    let timestamp = DateTime::parse_from_rfc3339(time).expect("a time").with_timezone(&Utc);
    let Value::Object(properties) = properties else { panic!("properties are an object") };
    Event { name, timestamp, person: Uuid::from_u128(person), properties, ..Event::default() }
}

async fn answer(question: Value) -> TrendsAnswer {
    let (_engine, store) = events::engine().await;
    let events = [
        event("2026-05-04T10:00:00+02:00", ADA, "purchase", json!({ "price": 10, "plan": "pro" })),
        event("2026-05-04T11:00:00+02:00", ADA, "purchase", json!({ "price": "20", "plan": "team" })),
        event("2026-05-04T12:00:00+02:00", BEN, "purchase", json!({ "price": null })),
        event("2026-05-05T09:00:00+02:00", ADA, "purchase", json!({ "price": 30, "plan": "pro" })),
        event("2026-05-05T23:59:00+02:00", CLEO, "visit", json!({})),
    ];
    events::insert(&store, PROJECT, &events).await;
    let calendar = Calendar {
        zone: chrono_tz::Europe::Berlin,
        week_start: WeekStart::Monday,
        now: "2026-06-01T00:00:00Z".parse().expect("a time"),
    };
    let mut whole =
        json!({ "range": { "kind": "dates", "from": "2026-05-04", "to": "2026-05-05" }, "interval": "day" });
    let (Value::Object(fields), Value::Object(question)) = (&mut whole, question) else { panic!("objects") };
    fields.extend(question);
    ask(&store, &serde_json::from_value(whole).expect("a question"), &calendar).await
}

/// Monday, Tuesday and total, in hundredths.
fn numbers(line: &Line) -> [i64; 3] {
    let rounded = |value: Option<f64>| (value.expect("a value") * 100.0).round() as i64;
    [rounded(line.values[0]), rounded(line.values[1]), rounded(line.total)]
}

#[tokio::test]
async fn series_have_the_numbers_of_the_guide() {
    let of = |kind: &str| json!({ "event": "purchase", "measure": { "kind": kind } });
    let price = |kind: &str| json!({ "event": "purchase", "measure": { "kind": kind, "property": "price" } });
    let any = json!({ "measure": { "kind": "unique_users" } });
    let series = json!([of("count"), of("unique_users"), price("sum"), price("average"), any]);
    let answer = answer(json!({ "series": series })).await;
    let found: Vec<_> = answer.lines.iter().map(numbers).collect();
    let wanted = [[300, 100, 400], [200, 100, 200], [3000, 3000, 6000], [1500, 3000, 2000], [200, 200, 300]];
    assert_eq!(found, wanted);
    assert_eq!(answer.lines[2].events_without_number, Some(1));
}

#[tokio::test]
async fn the_formula_has_the_numbers_of_the_guide() {
    let answer = answer(json!({
        "series": [
            { "event": "purchase", "measure": { "kind": "unique_users" } },
            { "measure": { "kind": "unique_users" } },
        ],
        "formulas": [{ "expression": "A / B * 100", "name": "Buyers" }],
    }))
    .await;
    assert_eq!(answer.lines.iter().map(numbers).collect::<Vec<_>>(), [[10_000, 5_000, 6_667]]);
}

#[tokio::test]
async fn the_breakdown_has_the_lines_of_the_guide() {
    let series = json!([{ "event": "purchase", "measure": { "kind": "count" } }]);
    let answer = answer(json!({ "series": series, "breakdown": { "property": "plan", "limit": 1 } })).await;
    let found: Vec<_> =
        answer.lines.iter().map(|line| (line.breakdown.clone().expect("a value"), numbers(line))).collect();
    let wanted = [
        (BreakdownValue::Value("pro".into()), [100, 100, 200]),
        (BreakdownValue::None, [100, 0, 100]),
        (BreakdownValue::Other, [100, 0, 100]),
    ];
    assert_eq!(found, wanted);
}
