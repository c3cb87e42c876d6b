//! Traps that other systems fell into, one test each.

use analytics_model::{
    Breakdown, BreakdownValue, Calendar, Compare, Condition, Filter, Formula, Interval, Line, Measure, Operator,
    Period, Range, Series, Traffic, Trends, TrendsAnswer, Unit, WeekStart,
};
use analytics_store::Options;
use chrono::{DateTime, NaiveDate, Utc};
use insight_sql::{Context, Row, compile};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::events::{self, Event};
use crate::{OTHER_PROJECT, PROJECT, ask};

fn at(time: &str) -> DateTime<Utc> {
    time.parse().expect("a time")
}

fn event(time: &str, person: u128, properties: Value) -> Event {
    let Value::Object(properties) = properties else { panic!("properties are an object") };
    Event { name: "buy", timestamp: at(time), person: Uuid::from_u128(person), properties, ..blank() }
}

fn blank() -> Event {
    Event { name: "buy", ..Event::default() }
}

fn calendar(zone: &str, now: &str) -> Calendar {
    Calendar { zone: zone.parse().expect("a zone"), week_start: WeekStart::Monday, now: at(now) }
}

fn dates(from: &str, to: &str) -> Range {
    let date = |text: &str| text.parse::<NaiveDate>().expect("a date");
    Range::Dates { from: date(from), to: date(to) }
}

fn series(measure: Measure) -> Series {
    Series { event: Some("buy".into()), measure, filter: None, name: None }
}

fn question(measures: impl IntoIterator<Item = Measure>, range: Range, interval: Interval) -> Trends {
    Trends {
        series: measures.into_iter().map(series).collect(),
        formulas: Vec::new(),
        range,
        interval: Some(interval),
        filter: None,
        session_filter: None,
        traffic: Traffic::People,
        breakdown: None,
        compare: None,
    }
}

async fn answer(events: &[Event], trends: &Trends, calendar: &Calendar) -> TrendsAnswer {
    let (_engine, store) = events::engine().await;
    events::insert(&store, PROJECT, events).await;
    ask(&store, trends, calendar).await
}

fn values(line: &Line) -> Vec<f64> {
    line.values.iter().map(|value| value.expect("a value")).collect()
}

fn price() -> String {
    "price".into()
}

#[tokio::test]
async fn someone_seen_on_two_days_is_one_person_in_the_total() {
    let events = [event("2026-05-04T10:00:00Z", 1, json!({})), event("2026-05-05T10:00:00Z", 1, json!({}))];
    let trends = question([Measure::UniqueUsers], dates("2026-05-04", "2026-05-05"), Interval::Day);
    let answer = answer(&events, &trends, &calendar("UTC", "2026-06-01T00:00:00Z")).await;
    assert_eq!(values(&answer.lines[0]), [1.0, 1.0]);
    assert_eq!(answer.lines[0].total, Some(1.0));
}

#[tokio::test]
async fn what_is_no_number_is_left_out_and_counted_rather_than_taken_for_zero() {
    let events: Vec<Event> = [json!(10), json!("20"), json!(null), json!("n/a"), json!(true), json!("1e999")]
        .into_iter()
        .map(|price| event("2026-05-04T10:00:00Z", 1, json!({ "price": price })))
        .chain([event("2026-05-04T10:00:00Z", 1, json!({}))])
        .collect();
    let measures = [
        Measure::Average { property: price() },
        Measure::Minimum { property: price() },
        Measure::Median { property: price() },
        Measure::P90 { property: price() },
    ];
    let trends = question(measures, dates("2026-05-04", "2026-05-05"), Interval::Day);
    let answer = answer(&events, &trends, &calendar("UTC", "2026-06-01T00:00:00Z")).await;
    let found: Vec<_> = answer.lines.iter().map(|line| line.values.clone()).collect();
    assert_eq!(found, [15.0, 10.0, 15.0, 19.0].map(|value| vec![Some(value), None]));
    assert!(answer.lines.iter().all(|line| line.events_without_number == Some(5)));
}

#[tokio::test]
async fn a_text_is_found_among_hundreds_to_look_for() {
    let plans = ["x-PLAN-0-x", "plan-299", "-plan-599-", "plän-7", "nothing", ""];
    let events = plans.map(|plan| event("2026-05-04T10:00:00Z", 1, json!({ "plan": plan })));
    let texts: Vec<String> = (0..600).map(|number| format!("Plan-{number}-")).chain(["PLÄN".into()]).collect();
    let counted = async |operator| {
        let condition = Condition { property: "plan".into(), operator, values: texts.clone() };
        let range = dates("2026-05-04", "2026-05-04");
        let filter = Some(Filter::Condition(condition));
        let trends = Trends { filter, ..question([Measure::Count], range, Interval::Day) };
        values(&answer(&events, &trends, &calendar("UTC", "2026-06-01T00:00:00Z")).await.lines[0])
    };
    assert_eq!(counted(Operator::Contains).await, [3.0]);
    assert_eq!(counted(Operator::NotContains).await, [3.0]);
}

#[tokio::test]
async fn the_hour_that_clocks_repeat_is_two_buckets() {
    let events = [
        event("2025-10-26T00:30:00Z", 1, json!({})),
        event("2025-10-26T01:30:00Z", 1, json!({})),
        event("2025-10-26T01:45:00Z", 1, json!({})),
    ];
    let trends = question([Measure::Count], dates("2025-10-26", "2025-10-26"), Interval::Hour);
    let answer = answer(&events, &trends, &calendar("Europe/Berlin", "2025-12-01T00:00:00Z")).await;
    assert_eq!(answer.buckets.len(), 25);
    let starts: Vec<String> = answer.buckets[2..4].iter().map(|bucket| bucket.start.to_rfc3339()).collect();
    assert_eq!(starts, ["2025-10-26T02:00:00+02:00", "2025-10-26T02:00:00+01:00"]);
    assert_eq!(values(&answer.lines[0])[2..4], [1.0, 2.0]);
}

#[tokio::test]
async fn zones_off_the_full_hour_have_their_own_days_and_hours() {
    let events = [event("2026-05-04T18:29:59.999Z", 1, json!({})), event("2026-05-04T18:30:00Z", 1, json!({}))];
    let (_engine, store) = events::engine().await;
    events::insert(&store, PROJECT, &events).await;
    for interval in [Interval::Day, Interval::Hour] {
        let trends = question([Measure::Count], dates("2026-05-04", "2026-05-05"), interval);
        let answer = ask(&store, &trends, &calendar("Asia/Kolkata", "2026-06-01T00:00:00Z")).await;
        let counted: Vec<String> = answer
            .buckets
            .iter()
            .zip(values(&answer.lines[0]))
            .filter(|(_, value)| *value > 0.0)
            .map(|(bucket, value)| format!("{} {value}", bucket.start.format("%d %H:%M")))
            .collect();
        let wanted = match interval {
            Interval::Day => ["04 00:00 1", "05 00:00 1"],
            _ => ["04 23:00 1", "05 00:00 1"],
        };
        assert_eq!(counted, wanted);
    }
}

#[tokio::test]
async fn a_day_whose_midnight_is_skipped_begins_after_the_gap() {
    let events = [event("2025-04-24T21:59:59.999Z", 1, json!({})), event("2025-04-24T22:00:00Z", 1, json!({}))];
    let trends = question([Measure::Count], dates("2025-04-24", "2025-04-25"), Interval::Day);
    let answer = answer(&events, &trends, &calendar("Africa/Cairo", "2025-12-01T00:00:00Z")).await;
    assert_eq!(values(&answer.lines[0]), [1.0, 1.0]);
    assert_eq!(answer.buckets[1].start.to_rfc3339(), "2025-04-25T01:00:00+03:00");
}

#[tokio::test]
async fn a_day_a_country_left_out_has_no_bucket() {
    let events = [event("2011-12-30T09:59:59Z", 1, json!({})), event("2011-12-30T10:00:00Z", 1, json!({}))];
    let trends = question([Measure::Count], dates("2011-12-29", "2011-12-31"), Interval::Day);
    let answer = answer(&events, &trends, &calendar("Pacific/Apia", "2012-06-01T00:00:00Z")).await;
    let days: Vec<String> = answer.buckets.iter().map(|bucket| bucket.start.format("%d").to_string()).collect();
    assert_eq!(days, ["29", "31"]);
    assert_eq!(values(&answer.lines[0]), [1.0, 1.0]);
}

#[tokio::test]
async fn weeks_begin_on_the_projects_day_in_chart_and_range_alike() {
    // A Sunday and the Monday after it.
    let events = [event("2026-05-03T12:00:00Z", 1, json!({})), event("2026-05-04T12:00:00Z", 1, json!({}))];
    let (_engine, store) = events::engine().await;
    events::insert(&store, PROJECT, &events).await;
    let trends = question([Measure::Count], Range::Last { count: 2, unit: Unit::Week }, Interval::Week);
    for (week_start, wanted) in [(WeekStart::Monday, [1.0, 1.0]), (WeekStart::Sunday, [0.0, 2.0])] {
        let calendar = Calendar { week_start, ..calendar("UTC", "2026-05-05T00:00:00Z") };
        let answer = ask(&store, &trends, &calendar).await;
        assert_eq!(values(&answer.lines[0]), wanted, "{week_start:?}");
    }
}

#[tokio::test]
async fn buckets_that_are_cut_off_or_still_running_are_incomplete() {
    let trends = question([Measure::Count], dates("2026-05-06", "2026-05-19"), Interval::Week);
    let answer = answer(&[], &trends, &calendar("UTC", "2026-05-19T12:00:00Z")).await;
    let complete: Vec<bool> = answer.buckets.iter().map(|bucket| bucket.complete).collect();
    assert_eq!(complete, [false, true, false]);
    assert_eq!(values(&answer.lines[0]), [0.0, 0.0, 0.0]);
}

#[tokio::test]
async fn the_compared_period_is_as_many_days_and_shares_no_event() {
    let events = [
        event("2025-10-24T22:00:00Z", 1, json!({})), // midnight of the 25th in Berlin
        event("2025-10-25T21:59:59.999Z", 1, json!({})),
        event("2025-10-25T22:00:00Z", 1, json!({})), // midnight of the 26th
    ];
    let trends = Trends {
        compare: Some(Compare::PreviousPeriod),
        ..question([Measure::Count, Measure::UniqueUsers], dates("2025-10-26", "2025-10-26"), Interval::Hour)
    };
    let answer = answer(&events, &trends, &calendar("Europe/Berlin", "2025-12-01T00:00:00Z")).await;
    assert_eq!((answer.buckets.len(), answer.previous_buckets.len()), (25, 24));
    let found: Vec<_> =
        answer.lines.iter().map(|line| (line.key.as_str(), line.period, line.values.len(), line.total)).collect();
    let wanted = [
        ("A", Period::Current, 25, Some(1.0)),
        ("A", Period::Previous, 24, Some(2.0)),
        ("B", Period::Current, 25, Some(1.0)),
        ("B", Period::Previous, 24, Some(1.0)),
    ];
    assert_eq!(found, wanted);
}

#[tokio::test]
async fn none_other_and_values_of_the_same_words_are_kept_apart() {
    let plans = [
        json!("other"),
        json!("other"),
        json!("other"),
        json!("none"),
        json!("none"),
        json!(""),
        json!(""),
        json!("x"),
        json!("y"),
        json!(null),
    ];
    // One person has the two values that share a line: there they are one.
    let events: Vec<Event> = plans
        .into_iter()
        .enumerate()
        .map(|(index, plan)| {
            let person = if (7..9).contains(&index) { 100 } else { index as u128 };
            event("2026-05-04T10:00:00Z", person, json!({ "plan": plan }))
        })
        .collect();
    let trends = Trends {
        breakdown: Some(Breakdown { property: "plan".into(), limit: 3 }),
        ..question([Measure::UniqueUsers], dates("2026-05-04", "2026-05-04"), Interval::Day)
    };
    let answer = answer(&events, &trends, &calendar("UTC", "2026-06-01T00:00:00Z")).await;
    let found: Vec<_> =
        answer.lines.iter().map(|line| (line.breakdown.clone().expect("a value"), line.total)).collect();
    let value = |text: &str| BreakdownValue::Value(text.into());
    let wanted = [
        (value("other"), Some(3.0)),
        (value(""), Some(2.0)),
        (value("none"), Some(2.0)),
        (BreakdownValue::None, Some(1.0)),
        (BreakdownValue::Other, Some(1.0)),
    ];
    assert_eq!(found, wanted);
}

#[tokio::test]
async fn averages_get_lines_for_the_values_with_most_events() {
    let mut events = vec![event("2026-05-04T10:00:00Z", 1, json!({ "plan": "rare", "price": 1000 }))];
    events.extend((0..3).map(|_| event("2026-05-04T10:00:00Z", 1, json!({ "plan": "usual", "price": 5 }))));
    let trends = Trends {
        breakdown: Some(Breakdown { property: "plan".into(), limit: 1 }),
        ..question([Measure::Average { property: price() }], dates("2026-05-04", "2026-05-04"), Interval::Day)
    };
    let answer = answer(&events, &trends, &calendar("UTC", "2026-06-01T00:00:00Z")).await;
    assert_eq!(answer.lines[0].breakdown, Some(BreakdownValue::Value("usual".into())));
    assert_eq!(answer.lines[1].total, Some(1000.0));
}

#[tokio::test]
async fn formulas_are_computed_by_bucket_and_over_totals_and_dividing_by_zero_gives_nothing() {
    let events = [
        event("2026-05-04T10:00:00Z", 1, json!({ "plan": "pro" })),
        event("2026-05-04T11:00:00Z", 2, json!({})),
        event("2026-05-05T11:00:00Z", 1, json!({})),
    ];
    let is_pro = Condition { property: "plan".into(), operator: Operator::Is, values: vec!["pro".into()] };
    let mut trends =
        question([Measure::UniqueUsers, Measure::UniqueUsers], dates("2026-05-04", "2026-05-06"), Interval::Day);
    trends.series[0].filter = Some(Filter::Condition(is_pro));
    trends.formulas = vec![Formula { expression: "A / B * 100".into(), name: Some("share".into()) }];
    let answer = answer(&events, &trends, &calendar("UTC", "2026-06-01T00:00:00Z")).await;
    let [line] = answer.lines.as_slice() else { panic!("one line for the formula") };
    assert_eq!(line.values, [Some(50.0), Some(0.0), None]);
    // One of two people: not the sum of the days' shares, nor their average.
    assert_eq!(line.total, Some(50.0));
    assert_eq!(line.label, "share");
}

#[tokio::test]
async fn wildcards_quotes_and_placeholders_in_questions_are_plain_text() {
    let odd = "100%_' \\ {project:UUID} ?";
    let events = [
        event("2026-05-04T10:00:00Z", 1, json!({ odd: odd })),
        event("2026-05-04T10:00:00Z", 1, json!({ odd: "100 percent" })),
    ];
    let (_engine, store) = events::engine().await;
    events::insert(&store, PROJECT, &events).await;
    for operator in [Operator::Is, Operator::Contains, Operator::StartsWith] {
        let mut trends = question([Measure::Count], dates("2026-05-04", "2026-05-04"), Interval::Day);
        trends.filter = Some(Filter::Condition(Condition { property: odd.into(), operator, values: vec![odd.into()] }));
        trends.breakdown = Some(Breakdown { property: odd.into(), limit: 10 });
        let answer = ask(&store, &trends, &calendar("UTC", "2026-06-01T00:00:00Z")).await;
        assert_eq!(answer.lines.len(), 1, "{operator:?}");
        assert_eq!(answer.lines[0].breakdown, Some(BreakdownValue::Value(odd.into())), "{operator:?}");
    }
}

#[tokio::test]
async fn another_projects_events_are_not_seen() {
    let (_engine, store) = events::engine().await;
    events::insert(&store, OTHER_PROJECT, &[event("2026-05-04T10:00:00Z", 1, json!({ "plan": "pro" }))]).await;
    let trends = Trends {
        breakdown: Some(Breakdown { property: "plan".into(), limit: 3 }),
        ..question([Measure::Count], dates("2026-05-04", "2026-05-04"), Interval::Day)
    };
    let answer = ask(&store, &trends, &calendar("UTC", "2026-06-01T00:00:00Z")).await;
    assert!(answer.lines.is_empty());
    let first = store.rows::<Value>(&days(PROJECT), &Options::default()).await.expect("an answer");
    assert!(first.rows.is_empty());
    let first = store.rows::<Value>(&days(OTHER_PROJECT), &Options::default()).await;
    let wanted = json!({ "first_ms": at("2026-05-04T10:00:00Z").timestamp_millis(), "events": 1 });
    assert_eq!(first.expect("an answer").rows, [wanted]);
}

#[tokio::test]
async fn a_range_without_any_time_in_it_has_an_empty_answer() {
    let (_engine, store) = events::engine().await;
    events::insert(&store, PROJECT, &[event("2011-12-30T09:00:00Z", 1, json!({}))]).await;
    let mut trends = question([Measure::Count], dates("2011-12-30", "2011-12-30"), Interval::Day);
    let samoa = calendar("Pacific/Apia", "2012-06-01T00:00:00Z");
    let alone = ask(&store, &trends, &samoa).await;
    assert_eq!((alone.buckets.len(), alone.lines[0].total), (0, Some(0.0)));
    trends.compare = Some(Compare::PreviousPeriod);
    let compared = ask(&store, &trends, &samoa).await;
    assert_eq!((compared.previous_buckets.len(), compared.lines[1].total), (1, Some(1.0)));
}

#[tokio::test]
async fn ranges_beyond_the_years_of_events_are_answered_with_what_there_is() {
    let (_engine, store) = events::engine().await;
    let first_and_last = [event("1970-01-01T00:00:00Z", 1, json!({})), event("2105-12-31T23:59:59Z", 1, json!({}))];
    events::insert(&store, PROJECT, &first_and_last).await;
    for zone in ["America/New_York", "Pacific/Kiritimati"] {
        let trends = question([Measure::Count], dates("1900-01-01", "2299-12-31"), Interval::Month);
        let answer = ask(&store, &trends, &calendar(zone, "2026-06-01T00:00:00Z")).await;
        assert_eq!(answer.lines[0].total, Some(2.0), "{zone}");
        assert_eq!(values(&answer.lines[0]).iter().sum::<f64>(), 2.0, "{zone}");
    }
}

#[tokio::test]
async fn the_largest_question_is_answered() {
    let (_engine, store) = events::engine().await;
    events::insert(&store, PROJECT, &[event("2026-05-04T10:00:00Z", 1, json!({ "plan": "7" }))]).await;
    let condition = |operator, property: String, count: usize| {
        let values = (0..count).map(|value| value.to_string()).collect();
        Filter::Condition(Condition { property, operator, values })
    };
    let conditions = |operator, property: &str, count| {
        let of = |index| condition(operator, format!("{property}{index}"), count);
        Filter::Or { or: (0..49).map(of).chain([condition(operator, "plan".into(), count)]).collect() }
    };
    let measures = (0..10).map(|index| Measure::Average { property: format!("number{index}") });
    let mut trends = question(measures, dates("2026-05-04", "2026-05-10"), Interval::Day);
    for (index, series) in trends.series.iter_mut().enumerate() {
        series.event = (index > 0).then(|| if index > 5 { format!("event {index}") } else { "buy".into() });
        series.filter = (index == 0).then(|| conditions(Operator::Contains, "property", 40));
    }
    trends.filter = Some(conditions(Operator::Is, "other", 160));
    trends.breakdown = Some(Breakdown { property: "plan".into(), limit: 100 });
    trends.compare = Some(Compare::PreviousPeriod);
    let answer = ask(&store, &trends, &calendar("Europe/Berlin", "2026-06-01T00:00:00Z")).await;
    assert_eq!(answer.lines[0].breakdown, Some(BreakdownValue::Value("7".into())));
    assert_eq!(answer.lines[0].events_without_number, Some(1));
}

#[tokio::test]
async fn a_bad_regular_expression_is_the_fault_of_its_field() {
    let (_engine, store) = events::engine().await;
    events::insert(&store, PROJECT, &[event("2026-05-04T10:00:00Z", 1, json!({ "plan": "pro" }))]).await;
    let mut trends = question([Measure::Count], dates("2026-05-04", "2026-05-04"), Interval::Day);
    let matches = |values: &[&str]| {
        let values = values.iter().map(|value| (*value).to_owned()).collect();
        Filter::Condition(Condition { property: "plan".into(), operator: Operator::Matches, values })
    };
    trends.series[0].filter = Some(Filter::And { and: vec![matches(&["^x"]), matches(&["free", "(pro"])] });
    let context = Context {
        project: PROJECT,
        rows: None,
        columns: Default::default(),
        calendar: calendar("UTC", "2026-06-01T00:00:00Z"),
        first_event: None,
        before_all_time: None,
    };
    let compiled = compile(&trends, &context).expect("only the store knows regular expressions");
    let error = store.rows::<Row>(&compiled.statements()[0], &Options::default()).await.expect_err("a refusal");
    let refusal = compiled.refusal(error.code().expect("a code"), &error.to_string()).expect("a field");
    let wanted = "series[0].filter.and[1].values[1]: “(pro” is not a regular expression that RE2 understands";
    assert_eq!(refusal.to_string(), wanted);
}

fn days(project: analytics_model::ProjectId) -> analytics_model::Sql {
    insight_sql::days(&insight_sql::Events::of(project, None), Traffic::People).expect("a statement")
}

/// Numbers that are hard to read: long decimals, the ends of what a double holds, halves between two doubles.
fn hard_numbers() -> Vec<f64> {
    let mut random = crate::Random(20_261_201);
    let mut numbers = vec![
        11.118_521_531_944_147,
        9_007_199_254_740_993.0,
        0.1 + 0.2,
        5e-324,
        2.225_073_858_507_201e-308,
        f64::MAX,
        f64::MIN_POSITIVE,
        1e23,
        8.41e21,
        -1.0 / 3.0,
    ];
    while numbers.len() < 90 {
        let bits = f64::from_bits(random.below(u64::MAX));
        let decimal = random.below(100_000_000_000_000_000) as f64 / 1e15;
        numbers.extend([bits, decimal].into_iter().filter(|number| number.is_finite() && *number != 0.0));
    }
    numbers
}

#[tokio::test]
async fn a_number_comes_out_as_it_went_in() {
    let (_engine, store) = events::engine().await;
    let calendar = calendar("UTC", "2026-06-01T00:00:00Z");
    let range = || dates("2026-05-04", "2026-05-04");
    let numbers = hard_numbers();
    let sent = numbers.iter().enumerate().map(|(which, number)| {
        event(
            "2026-05-04T10:00:00Z",
            1,
            json!({ "price": number, "text": number.to_string(), "which": which.to_string() }),
        )
    });
    events::insert(&store, PROJECT, &sent.collect::<Vec<_>>()).await;

    for property in ["price", "text"] {
        let measure = |property: &str| Measure::Sum { property: property.into() };
        let breakdown = Some(Breakdown { property: "which".into(), limit: 100 });
        let trends = Trends { breakdown, ..question([measure(property)], range(), Interval::Day) };
        let lines = ask(&store, &trends, &calendar).await.lines;
        assert_eq!(lines.len(), numbers.len());
        for line in &lines {
            let Some(BreakdownValue::Value(which)) = &line.breakdown else { panic!("{line:?}") };
            let expected = numbers[which.parse::<usize>().expect("a number")];
            assert_eq!((line.values[0], line.total), (Some(expected), Some(expected)), "{property} {which}");
        }
    }
    for number in &numbers {
        let condition = |operator| {
            Filter::Condition(Condition { property: "price".into(), operator, values: vec![number.to_string()] })
        };
        let counted = async |filter| {
            let trends = Trends { filter: Some(filter), ..question([Measure::Count], range(), Interval::Day) };
            ask(&store, &trends, &calendar).await.lines[0].total
        };
        let and = vec![condition(Operator::AtLeast), condition(Operator::AtMost)];
        assert_eq!(counted(Filter::And { and }).await, Some(1.0), "{number:?} is itself");
        let and = vec![condition(Operator::AtLeast), condition(Operator::GreaterThan)];
        let greater = numbers.iter().filter(|other| *other > number).count() as f64;
        assert_eq!(counted(Filter::And { and }).await, Some(greater), "{number:?}");
    }
}

#[tokio::test]
async fn zero_is_one_value_whatever_its_sign() {
    let sent = [json!(0), json!(0.0), json!(-0.0), json!("-0"), json!("0")]
        .map(|price| event("2026-05-04T10:00:00Z", 1, json!({ "price": price })));
    let breakdown = Some(Breakdown { property: "price".into(), limit: 10 });
    let trends = Trends { breakdown, ..question([Measure::Count], dates("2026-05-04", "2026-05-04"), Interval::Day) };
    let lines = answer(&sent, &trends, &calendar("UTC", "2026-06-01T00:00:00Z")).await.lines;
    let found: Vec<_> = lines.iter().map(|line| (line.breakdown.clone(), line.total)).collect();
    let value = |value: &str| Some(BreakdownValue::Value(value.to_owned()));
    assert_eq!(found, [(value("0"), Some(4.0)), (value("-0"), Some(1.0))], "a text stays the text it is");
}
