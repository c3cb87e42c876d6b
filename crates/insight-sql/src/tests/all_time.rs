//! When all time begins.

use chrono::NaiveDate;

use crate::{DayOfEvents, all_time};

/// The day all time begins with, and how many events lie before it.
fn begins(days: &[(&str, u64)]) -> (String, u64) {
    let days: Vec<DayOfEvents> = days
        .iter()
        .map(|(date, events)| {
            let date: NaiveDate = date.parse().expect("a date");
            let first_ms = date.and_hms_opt(9, 0, 0).expect("a time").and_utc().timestamp_millis();
            DayOfEvents { first_ms, events: *events }
        })
        .collect();
    let (first, outliers) = all_time(&days).expect("a first event");
    (first.date_naive().to_string(), outliers.map_or(0, |outliers| outliers.events))
}

#[test]
fn without_events_there_is_no_first() {
    assert_eq!(all_time(&[]), None);
}

#[test]
fn one_event_of_1970_does_not_rule_all_time_however_few_others_there_are() {
    assert_eq!(begins(&[("1970-01-01", 1), ("2026-05-01", 1)]), ("2026-05-01".into(), 1));
    assert_eq!(begins(&[("1970-01-01", 500), ("2026-05-01", 3), ("2026-05-02", 1)]), ("2026-05-01".into(), 500));
    let zeros = [("1970-01-01", 1), ("1980-01-06", 2), ("2001-01-01", 1), ("2026-05-01", 1_000)];
    assert_eq!(begins(&zeros), ("2026-05-01".into(), 4));
}

#[test]
fn few_events_before_a_silence_of_a_year_do_not_either() {
    assert_eq!(begins(&[("2020-01-01", 1), ("2026-05-01", 100)]), ("2026-05-01".into(), 1));
    assert_eq!(begins(&[("2020-01-01", 1), ("2026-05-01", 99)]), ("2020-01-01".into(), 0));
    assert_eq!(begins(&[("2025-05-01", 1), ("2026-05-01", 1_000)]), ("2025-05-01".into(), 0));
}

#[test]
fn history_is_kept_where_it_is_plausible() {
    assert_eq!(begins(&[("2015-01-01", 1)]), ("2015-01-01".into(), 0));
    assert_eq!(begins(&[("2015-01-01", 1), ("2026-05-01", 1)]), ("2015-01-01".into(), 0));
    let slow = [("2019-01-01", 1), ("2019-06-01", 1), ("2020-03-01", 2), ("2020-09-01", 90_000)];
    assert_eq!(begins(&slow), ("2019-01-01".into(), 0));
    assert_eq!(begins(&[("1970-01-01", 3)]), ("1970-01-01".into(), 0));
}
