//! Buckets, in every zone and whatever its clocks do.

use chrono::{DateTime, Days, NaiveDate, Offset, TimeDelta, TimeZone, Timelike, Utc};
use chrono_tz::{TZ_VARIANTS, Tz};

use crate::{Bucket, Calendar, Interval, Range, WeekStart};

const INTERVALS: [Interval; 4] = [Interval::Hour, Interval::Day, Interval::Week, Interval::Month];

fn calendar(zone: Tz) -> Calendar {
    Calendar { zone, week_start: WeekStart::Monday, now: "2030-01-01T00:00:00Z".parse().expect("a time") }
}

fn date(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn buckets(calendar: &Calendar, from: NaiveDate, to: NaiveDate, interval: Interval) -> Vec<Bucket> {
    let span = calendar.span(&Range::Dates { from, to }, None).expect("a span");
    calendar.buckets(&span, interval).expect("buckets")
}

/// Local starts, with the offset where it matters.
fn starts(zone: Tz, from: &str, to: &str, interval: Interval) -> Vec<String> {
    let found = buckets(&calendar(zone), date(from), date(to), interval);
    found.iter().map(|bucket| bucket.start.format("%d %H:%M%:z").to_string()).collect()
}

#[test]
fn a_day_in_autumn_has_an_hour_twice_and_one_in_spring_lacks_one() {
    let autumn = starts(chrono_tz::Europe::Berlin, "2025-10-26", "2025-10-26", Interval::Hour);
    assert_eq!(autumn.len(), 25);
    assert_eq!(autumn[1..5], ["26 01:00+02:00", "26 02:00+02:00", "26 02:00+01:00", "26 03:00+01:00"]);
    let spring = starts(chrono_tz::Europe::Berlin, "2025-03-30", "2025-03-30", Interval::Hour);
    assert_eq!(spring.len(), 23);
    assert_eq!(spring[1..3], ["30 01:00+01:00", "30 03:00+02:00"]);
}

#[test]
fn clocks_moved_by_half_an_hour_make_a_bucket_of_half_an_hour() {
    let lord_howe = chrono_tz::Australia::Lord_Howe;
    let autumn = starts(lord_howe, "2025-04-06", "2025-04-06", Interval::Hour);
    assert_eq!(autumn[..4], ["06 00:00+11:00", "06 01:00+11:00", "06 01:30+10:30", "06 02:00+10:30"]);
    let spring = starts(lord_howe, "2025-10-05", "2025-10-05", Interval::Hour);
    assert_eq!(spring[..4], ["05 00:00+10:30", "05 01:00+10:30", "05 02:30+11:00", "05 03:00+11:00"]);
}

#[test]
fn a_day_whose_midnight_is_skipped_begins_after_the_gap() {
    let days = starts(chrono_tz::Africa::Cairo, "2025-04-24", "2025-04-26", Interval::Day);
    assert_eq!(days, ["24 00:00+02:00", "25 01:00+03:00", "26 00:00+03:00"]);
}

#[test]
fn a_day_that_a_country_left_out_is_no_bucket() {
    let apia = chrono_tz::Pacific::Apia;
    assert_eq!(starts(apia, "2011-12-29", "2011-12-31", Interval::Day), ["29 00:00-10:00", "31 00:00+14:00"]);
    // A range that is only this day holds nothing at all.
    assert!(starts(apia, "2011-12-30", "2011-12-30", Interval::Day).is_empty());
}

#[test]
fn hours_follow_the_local_clock_in_zones_off_the_full_hour() {
    let hours = starts(chrono_tz::Asia::Kathmandu, "2026-05-04", "2026-05-04", Interval::Hour);
    assert_eq!((hours.len(), hours[0].as_str(), hours[23].as_str()), (24, "04 00:00+05:45", "04 23:00+05:45"));
}

#[test]
fn buckets_that_reach_beyond_the_range_or_now_are_incomplete() {
    let calendar = Calendar { now: "2026-05-19T12:00:00Z".parse().expect("a time"), ..calendar(chrono_tz::UTC) };
    let complete = |from: &str, to: &str, interval| {
        let buckets = buckets(&calendar, date(from), date(to), interval);
        buckets.iter().map(|bucket| bucket.complete).collect::<Vec<_>>()
    };
    assert_eq!(complete("2026-05-17", "2026-05-20", Interval::Day), [true, true, false, false]);
    assert_eq!(complete("2026-05-06", "2026-05-19", Interval::Week), [false, true, false]);
    assert_eq!(complete("2026-04-01", "2026-05-19", Interval::Month), [true, false]);
}

/// The days on which a zone's offset changed in a year, and their neighbours.
fn changes(zone: Tz, year: i32) -> Vec<NaiveDate> {
    let offset = |date: NaiveDate| zone.offset_from_utc_date(&date).fix();
    let first = NaiveDate::from_ymd_opt(year, 1, 2).expect("a date");
    first.iter_days().take(362).filter(|date| offset(*date) != offset(*date + Days::new(1))).collect()
}

#[test]
fn in_every_zone_buckets_follow_one_another_and_hold_the_instants_that_say_so() {
    for zone in TZ_VARIANTS {
        let calendar = calendar(zone);
        // Years with odd changes: a minute past midnight, a left out day, 20 minutes, today's rules.
        for year in [1972, 1987, 1993, 1995, 2007, 2011, 2025] {
            for change in changes(zone, year) {
                for interval in INTERVALS {
                    let buckets = buckets(&calendar, change - Days::new(1), change + Days::new(2), interval);
                    assert!(!buckets.is_empty());
                    for pair in buckets.windows(2) {
                        assert_eq!(pair[0].end, pair[1].start, "{zone} {change} {interval:?}");
                    }
                    for bucket in &buckets {
                        holds_its_own(&calendar, bucket, interval);
                    }
                }
            }
        }
    }
}

fn holds_its_own(calendar: &Calendar, bucket: &Bucket, interval: Interval) {
    let (start, end) = (bucket.start.with_timezone(&Utc), bucket.end.with_timezone(&Utc));
    assert!(start < end, "{} {bucket:?}", calendar.zone);
    let middle = start + (end - start) / 2;
    for instant in [start, middle, end - TimeDelta::milliseconds(1)] {
        assert_eq!(calendar.bucket_start(instant, interval), start, "{} {instant} {interval:?}", calendar.zone);
    }
    if interval == Interval::Hour {
        let hour = |instant: DateTime<Utc>| {
            let local = instant.with_timezone(&calendar.zone);
            (local.date_naive(), local.hour(), local.offset().fix())
        };
        assert_eq!(hour(start), hour(end - TimeDelta::milliseconds(1)), "{} {bucket:?}", calendar.zone);
        assert_ne!(hour(start), hour(start - TimeDelta::milliseconds(1)), "{} {bucket:?}", calendar.zone);
    }
    if interval == Interval::Day {
        let day = |instant: DateTime<Utc>| instant.with_timezone(&calendar.zone).date_naive();
        assert!(day(start - TimeDelta::milliseconds(1)) < day(start), "{} {bucket:?}", calendar.zone);
    }
}
