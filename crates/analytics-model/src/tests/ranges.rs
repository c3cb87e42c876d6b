//! Ranges become spans.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use crate::{Calendar, Interval, Range, Span, TimeError, Unit, WeekStart};

fn calendar(zone: Tz, now: &str) -> Calendar {
    Calendar { zone, week_start: WeekStart::Monday, now: now.parse().expect("a time") }
}

fn date(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn last(count: u32, unit: Unit) -> Range {
    Range::Last { count, unit }
}

/// First and last day of a span.
fn days(span: Span) -> (String, String) {
    let Span::Days { from, to } = span else { panic!("a span of days") };
    (from.to_string(), to.pred_opt().expect("a day").to_string())
}

#[test]
fn last_units_end_with_the_running_one() {
    // A Wednesday.
    let calendar = calendar(chrono_tz::UTC, "2026-11-18T12:00:00Z");
    for (range, from) in [
        (last(1, Unit::Day), "2026-11-18"),
        (last(7, Unit::Day), "2026-11-12"),
        (last(1, Unit::Week), "2026-11-16"),
        (last(2, Unit::Week), "2026-11-09"),
        (last(1, Unit::Month), "2026-11-01"),
        (last(12, Unit::Month), "2025-12-01"),
    ] {
        let span = calendar.span(&range, None).expect("a span");
        assert_eq!(days(span), (from.into(), "2026-11-18".into()), "{range:?}");
    }
}

#[test]
fn weeks_begin_on_the_chosen_day() {
    let sunday = "2026-11-15T12:00:00Z";
    let monday_first = calendar(chrono_tz::UTC, sunday);
    let sunday_first = Calendar { week_start: WeekStart::Sunday, ..monday_first };
    let from = |calendar: Calendar| days(calendar.span(&last(1, Unit::Week), None).expect("a span")).0;
    assert_eq!(from(monday_first), "2026-11-09");
    assert_eq!(from(sunday_first), "2026-11-15");
}

#[test]
fn months_are_counted_by_the_calendar_also_on_the_31st() {
    let calendar = calendar(chrono_tz::UTC, "2026-03-31T12:00:00Z");
    let span = calendar.span(&last(2, Unit::Month), None).expect("a span");
    assert_eq!(days(span).0, "2026-02-01");
    let buckets = calendar.buckets(&span, Interval::Month).expect("buckets");
    assert_eq!(buckets.len(), 2);
}

#[test]
fn today_is_the_projects_today() {
    let time = "2026-11-18T23:30:00Z";
    for (zone, today) in [(chrono_tz::Asia::Kolkata, "2026-11-19"), (chrono_tz::America::Lima, "2026-11-18")] {
        let span = calendar(zone, time).span(&last(1, Unit::Day), None).expect("a span");
        assert_eq!(days(span).0, today, "{zone}");
    }
}

#[test]
fn all_time_begins_with_the_first_event() {
    let calendar = calendar(chrono_tz::Europe::Berlin, "2026-11-18T12:00:00Z");
    let first: DateTime<Utc> = "2026-11-10T23:30:00Z".parse().expect("a time");
    assert_eq!(days(calendar.span(&Range::All, Some(first)).expect("a span")).0, "2026-11-11");
    assert_eq!(days(calendar.span(&Range::All, None).expect("a span")).0, "2026-11-18");
    let from_the_future: DateTime<Utc> = "2027-01-01T00:00:00Z".parse().expect("a time");
    assert_eq!(days(calendar.span(&Range::All, Some(from_the_future)).expect("a span")).0, "2026-11-18");
}

#[test]
fn last_hours_are_as_many_buckets_whatever_the_clocks_do() {
    for (zone, now) in [
        (chrono_tz::Europe::Berlin, "2025-10-26T00:30:00Z"), // 02:30, the first time
        (chrono_tz::Europe::Berlin, "2025-10-26T01:30:00Z"), // 02:30, the second time
        (chrono_tz::Europe::Berlin, "2025-03-30T01:30:00Z"), // 03:30, an hour after 01:30
        (chrono_tz::Asia::Kathmandu, "2025-03-30T01:30:00Z"),
        (chrono_tz::Australia::Lord_Howe, "2025-04-05T15:10:00Z"),
        (chrono_tz::Australia::Lord_Howe, "2025-10-04T15:40:00Z"),
    ] {
        let calendar = calendar(zone, now);
        for count in [1, 3, 24] {
            let span = calendar.span(&last(count, Unit::Hour), None).expect("a span");
            let buckets = calendar.buckets(&span, Interval::Hour).expect("buckets");
            assert_eq!(buckets.len(), count as usize, "{count} hours at {now} in {zone}");
            assert!(buckets.iter().rev().skip(1).all(|bucket| bucket.complete));
            let running = buckets.last().expect("a bucket");
            assert!(running.start <= calendar.now && calendar.now < running.end && !running.complete);

            let before = calendar.buckets(&calendar.previous(&span), Interval::Hour).expect("buckets");
            assert_eq!(before.len(), count as usize, "{count} hours before, at {now} in {zone}");
            assert_eq!(before.last().map(|bucket| bucket.end), buckets.first().map(|bucket| bucket.start));
        }
    }
}

#[test]
fn the_previous_span_has_as_many_days_and_ends_where_the_span_begins() {
    let calendar = calendar(chrono_tz::Europe::Berlin, "2025-12-01T00:00:00Z");
    let range = Range::Dates { from: date("2025-10-26"), to: date("2025-10-27") };
    let span = calendar.span(&range, None).expect("a span");
    let previous = calendar.previous(&span);
    assert_eq!(days(previous), ("2025-10-24".into(), "2025-10-25".into()));
    let (from, to) = calendar.instants(&previous);
    // Two days of 24 hours lie before two of 25 and 24.
    assert_eq!((to - from).num_hours(), 48);
    let (from, end) = calendar.instants(&span);
    assert_eq!((to, (end - from).num_hours()), (from, 49));
}

#[test]
fn ranges_that_make_no_sense_are_refused() {
    let calendar = calendar(chrono_tz::UTC, "2026-11-18T12:00:00Z");
    let refused = |range: Range| calendar.span(&range, None).expect_err("refused");
    assert_eq!(refused(last(0, Unit::Day)), TimeError::Count(3_660));
    assert_eq!(refused(last(1_441, Unit::Hour)), TimeError::Count(1_440));
    assert_eq!(refused(last(u32::MAX, Unit::Week)), TimeError::Count(522));
    let (from, to) = (date("2026-02-02"), date("2026-02-01"));
    assert_eq!(refused(Range::Dates { from, to }), TimeError::Backwards { from, to });
    let (from, to) = (NaiveDate::MIN, NaiveDate::MAX);
    assert_eq!(refused(Range::Dates { from, to }), TimeError::OutOfYears(from));
    assert_eq!(refused(Range::Dates { from: date("2026-01-01"), to }), TimeError::OutOfYears(to));
}

#[test]
fn the_longest_range_is_answered_by_month_and_refused_by_day() {
    let calendar = calendar(chrono_tz::Europe::Berlin, "2026-11-18T12:00:00Z");
    let range = Range::Dates { from: date("1900-01-01"), to: date("2299-12-31") };
    let span = calendar.span(&range, None).expect("a span");
    assert_eq!(calendar.buckets(&span, Interval::Month).expect("buckets").len(), 4_800);
    assert_eq!(calendar.buckets(&span, Interval::Day), Err(TimeError::TooManyBuckets(10_000)));
    assert!(calendar.buckets(&calendar.previous(&span), Interval::Month).is_ok());
}
