//! When an event happened, by our clock: the sender's may be wrong.

mod reading;

use std::borrow::Cow;

use chrono::{DateTime, Datelike, TimeDelta, Utc};

use crate::json::{self, Json};
use crate::{Note, Rejection};

pub use reading::parse;

/// Further ahead than this, a timestamp says that the sender's clock is wrong.
const FURTHEST_AHEAD: TimeDelta = TimeDelta::hours(23);
/// So long a request may be under way, or wait to be sent once more: the sender's clock is right all the same.
const LONGEST_WAY: TimeDelta = TimeDelta::minutes(5);
/// Characters of a value that are told.
const TOLD_CHARS: usize = 100;

/// What a sender says about the time of an event.
#[derive(Debug, Clone, Copy, Default)]
pub struct Claim<'a> {
    /// When it happened, by the sender's clock.
    pub timestamp: Option<&'a str>,
    /// How long before sending it happened, in milliseconds.
    pub offset_ms: Option<i64>,
    /// When it was sent, by the sender's clock; none too if the sender asks to leave its clock alone.
    pub sent_at: Option<DateTime<Utc>>,
}

/// Why a time is not as it was claimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Doubt {
    Unreadable,
    TooFarAhead,
}

impl Claim<'_> {
    /// Returns the time by our clock, following PostHog's rule.
    ///
    /// An offset counts before anything else; a timestamp is corrected by how far the sender's clock is off; alone it
    /// stands as it is; without one that can be read it is now. What is more than 23 hours ahead becomes now, and years
    /// outside 0 to 9999 become 1970.
    pub fn resolve(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        self.judged(now).0
    }

    /// Returns the time by our clock, and what is doubtful about it. What happened long ago is refused where it would
    /// have to count as now.
    pub(crate) fn read(
        &self,
        now: DateTime<Utc>,
        is_historical: bool,
    ) -> Result<(DateTime<Utc>, Option<Note>), Rejection> {
        let (time, doubt) = self.judged(now);
        if is_historical && self.offset_ms.is_none() && self.given().is_none() {
            let reason = "an old event needs the time when it happened: timestamp";
            return Err(Rejection::field("timestamp_missing", "timestamp", reason));
        }
        let Some(doubt) = doubt else { return Ok((time, None)) };
        let (field, value) = match self.offset_ms {
            Some(offset) => ("offset", offset.to_string()),
            None => ("timestamp", shortened(self.given().unwrap_or_default())),
        };
        let what = match doubt {
            Doubt::Unreadable => "can't be read as a time",
            Doubt::TooFarAhead => "is more than 23 hours ahead",
        };
        if is_historical {
            let code = if doubt == Doubt::Unreadable { "timestamp_invalid" } else { "timestamp_out_of_range" };
            return Err(Rejection::field(code, field, format!("{field} {value:?} {what}")));
        }
        let details = format!("{field} {value:?} {what}: the event has the time of its arrival");
        Ok((time, Some(Note { field, details })))
    }

    fn judged(&self, now: DateTime<Utc>) -> (DateTime<Utc>, Option<Doubt>) {
        let epoch = DateTime::UNIX_EPOCH;
        let resolved = match (self.offset_ms, self.given()) {
            (Some(offset), _) => TimeDelta::try_milliseconds(offset).and_then(|offset| now.checked_sub_signed(offset)),
            (None, None) => Some(now),
            (None, Some(given)) => match parse(given) {
                Some(claimed) => corrected(claimed, self.sent_at, now),
                None => return (now, Some(Doubt::Unreadable)),
            },
        };
        let Some(resolved) = resolved else { return (epoch, None) };
        if resolved.signed_duration_since(now) > FURTHEST_AHEAD {
            return (now, Some(Doubt::TooFarAhead));
        }
        (if (0..=9999).contains(&resolved.year()) { resolved } else { epoch }, None)
    }

    /// The timestamp, unless it is blank.
    fn given(&self) -> Option<&str> {
        self.timestamp.filter(|text| !text.trim().is_empty())
    }
}

/// Returns a time by our clock: what the sender's clock is off is taken off.
///
/// It is wrong where a request was sent after it arrived, or more than five minutes before: less is its way here, or a
/// second try.
pub fn corrected(claimed: DateTime<Utc>, sent_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let Some(sent_at) = sent_at else { return Some(claimed) };
    let under_way = now.signed_duration_since(sent_at);
    if (TimeDelta::zero()..=LONGEST_WAY).contains(&under_way) {
        return Some(claimed);
    }
    now.checked_add_signed(claimed.signed_duration_since(sent_at))
}

/// Returns the text of a time as it was sent, whatever it is.
pub(crate) fn said(value: Json<'_>) -> Cow<'_, str> {
    json::scalar(value).unwrap_or(Cow::Borrowed(value.get()))
}

/// Reads when a request was sent; what can't be read is noted.
pub(crate) fn sent_at(field: &'static str, text: &str) -> Result<DateTime<Utc>, Note> {
    let value = shortened(text);
    parse(text).ok_or_else(|| Note {
        field,
        details: format!("{field} {value:?} can't be read as a time: the sender's clock is taken for right"),
    })
}

fn shortened(text: &str) -> String {
    text.chars().take(TOLD_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        DateTime::parse_from_rfc3339(text).unwrap().with_timezone(&Utc)
    }

    #[test]
    fn the_time_by_our_clock_follows_the_published_rule() {
        let now = at("2026-05-01T12:00:00Z");
        let claim =
            |timestamp, offset_ms, sent_at: Option<&str>| Claim { timestamp, offset_ms, sent_at: sent_at.map(at) };
        let cases = [
            // 1: an offset counts before anything else.
            (claim(Some("2026-05-01T11:00:00Z"), Some(5_000), Some("2026-05-01T12:00:10Z")), "2026-05-01T11:59:55Z"),
            (claim(None, Some(0), None), "2026-05-01T12:00:00Z"),
            // 2: the sender's clock is ahead, behind, right.
            (claim(Some("2026-05-01T11:00:00Z"), None, Some("2026-05-01T12:00:10Z")), "2026-05-01T10:59:50Z"),
            (claim(Some("2026-05-01T11:00:00Z"), None, Some("2026-05-01T11:00:00Z")), "2026-05-01T12:00:00Z"),
            // Five minutes under way are no wrong clock, a millisecond more is one.
            (claim(Some("2026-05-01T11:00:00Z"), None, Some("2026-05-01T11:59:50Z")), "2026-05-01T11:00:00Z"),
            (claim(Some("2026-05-01T11:00:00Z"), None, Some("2026-05-01T11:55:00Z")), "2026-05-01T11:00:00Z"),
            (claim(Some("2026-05-01T11:00:00Z"), None, Some("2026-05-01T11:54:59.999Z")), "2026-05-01T11:05:00.001Z"),
            (claim(Some("2026-05-01T11:00:00Z"), None, Some("2026-05-01T12:00:00Z")), "2026-05-01T11:00:00Z"),
            // 3: a timestamp alone stands.
            (claim(Some("2026-05-01T11:00:00Z"), None, None), "2026-05-01T11:00:00Z"),
            // 4: none, or none that can be read.
            (claim(None, None, Some("2026-05-01T12:00:10Z")), "2026-05-01T12:00:00Z"),
            (claim(Some("yesterday"), None, Some("2026-05-01T12:00:10Z")), "2026-05-01T12:00:00Z"),
            // 5: 23 hours ahead stand, more become now.
            (claim(Some("2026-05-02T11:00:00Z"), None, None), "2026-05-02T11:00:00Z"),
            (claim(Some("2026-05-02T11:00:00.001Z"), None, None), "2026-05-01T12:00:00Z"),
            (claim(None, Some(-90_000_000), None), "2026-05-01T12:00:00Z"),
            // 6: years that are none.
            (claim(Some("2026-05-01T11:00:00Z"), Some(i64::MAX), None), "1970-01-01T00:00:00Z"),
            (claim(Some("2026-05-01T11:00:00Z"), Some(70_000_000_000_000), None), "1970-01-01T00:00:00Z"),
        ];
        for (claim, expected) in cases {
            assert_eq!(claim.resolve(now), at(expected), "{claim:?}");
        }
    }

    #[test]
    fn many_ways_to_write_a_time_are_read() {
        let cases = [
            ("2026-05-01T12:30:00Z", "2026-05-01T12:30:00Z"),
            ("2026-05-01T12:30:00.123456789+02:00", "2026-05-01T10:30:00.123456789Z"),
            ("2026-05-01T12:30:00.5+03", "2026-05-01T09:30:00.5Z"),
            ("2026-05-01T12:30:00-0530", "2026-05-01T18:00:00Z"),
            ("2026-05-01 12:30:00", "2026-05-01T12:30:00Z"),
            ("2026-05-01 12:30:00.250 UTC", "2026-05-01T12:30:00.25Z"),
            ("2026-05-01 12:30:00 +0200", "2026-05-01T10:30:00Z"),
            ("2026-05-01T12:30:00", "2026-05-01T12:30:00Z"),
            ("2026-05-01T12:30", "2026-05-01T12:30:00Z"),
            ("2026-05-01", "2026-05-01T00:00:00Z"),
            ("2026/05/01", "2026-05-01T00:00:00Z"),
            ("Fri, 1 May 2026 12:30:00 +0200", "2026-05-01T10:30:00Z"),
            ("1777638600", "2026-05-01T12:30:00Z"),
            ("1777638600.25", "2026-05-01T12:30:00.25Z"),
            ("1777638600250", "2026-05-01T12:30:00.25Z"),
            ("1777638600250000", "2026-05-01T12:30:00.25Z"),
            ("1777638600250000000", "2026-05-01T12:30:00.25Z"),
        ];
        for (text, expected) in cases {
            assert_eq!(parse(text), Some(at(expected)), "{text}");
        }
    }

    #[test]
    fn numbers_are_times_in_whatever_unit_and_notation() {
        let cases = [
            ("1.7e9", "2023-11-14T22:13:20Z"),
            ("1.7E+9", "2023-11-14T22:13:20Z"),
            ("17000000000e-1", "2023-11-14T22:13:20Z"),
            ("1.7776386e9", "2026-05-01T12:30:00Z"),
            ("1.77763860025e12", "2026-05-01T12:30:00.25Z"),
            ("1777638600.0", "2026-05-01T12:30:00Z"),
            ("+1777638600", "2026-05-01T12:30:00Z"),
            ("1777638600250.75", "2026-05-01T12:30:00.25075Z"),
            ("-1777638600", "1913-09-02T11:30:00Z"),
            ("-1777638600.5", "1913-09-02T11:29:59.5Z"),
            ("-1777638600000", "1913-09-02T11:30:00Z"),
            ("20260501123000", "2026-05-01T12:30:00Z"),
            ("20260501123000250", "2026-05-01T12:30:00.25Z"),
            ("/Date(1777638600250)/", "2026-05-01T12:30:00.25Z"),
            ("/Date(1777638600250+0200)/", "2026-05-01T12:30:00.25Z"),
        ];
        for (text, expected) in cases {
            assert_eq!(parse(text), Some(at(expected)), "{text}");
        }
    }

    #[test]
    fn times_are_read_as_languages_and_standards_write_them() {
        let cases = [
            ("2026-05-01T12:30:00,5Z", "2026-05-01T12:30:00.5Z"),
            ("2026-05-01t12:30:00z", "2026-05-01T12:30:00Z"),
            ("2026-05-01T24:00:00Z", "2026-05-02T00:00:00Z"),
            ("2026-05-01 24:00", "2026-05-02T00:00:00Z"),
            ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"),
            ("2016-12-31T23:59:60.5Z", "2017-01-01T00:00:00.5Z"),
            ("2026-05-01T12:30:00+03", "2026-05-01T09:30:00Z"),
            ("2026-05-01T12:30:00+3", "2026-05-01T09:30:00Z"),
            ("2026-05-01T12:30:00\u{2212}05:30", "2026-05-01T18:00:00Z"),
            ("2026-05-01T12:30:00GMT+2", "2026-05-01T10:30:00Z"),
            ("2026-05-01T12:30Z", "2026-05-01T12:30:00Z"),
            ("2026-05-01T12Z", "2026-05-01T12:00:00Z"),
            ("20260501T123000Z", "2026-05-01T12:30:00Z"),
            ("20260501T123000.25+0200", "2026-05-01T10:30:00.25Z"),
            ("20260501T1230", "2026-05-01T12:30:00Z"),
            ("20260501", "2026-05-01T00:00:00Z"),
            ("2026-W18-5T12:30:00Z", "2026-05-01T12:30:00Z"),
            ("2026-121T12:30:00Z", "2026-05-01T12:30:00Z"),
            ("2026-05-01T12:30:00+02:00[Europe/Berlin]", "2026-05-01T10:30:00Z"),
            ("2026-05-01 12:30:00.000123 +0200 CEST", "2026-05-01T10:30:00.000123Z"),
            ("2026-05-01 12:30:00 +0000 UTC m=+0.0001", "2026-05-01T12:30:00Z"),
            ("2026-05-01 12:30:00 PM", "2026-05-01T12:30:00Z"),
            ("2026-05-01 1:30 pm", "2026-05-01T13:30:00Z"),
            ("2026/05/01 12:30:00", "2026-05-01T12:30:00Z"),
            ("\"2026-05-01T12:30:00Z\"", "2026-05-01T12:30:00Z"),
            ("Fri, 01 May 2026 12:30:00 GMT", "2026-05-01T12:30:00Z"),
            ("Fri, 1 May 2026 12:30 EST", "2026-05-01T17:30:00Z"),
            ("Friday, 01-May-26 12:30:00 GMT", "2026-05-01T12:30:00Z"),
            ("Friday, 01-May-99 12:30:00 GMT", "1999-05-01T12:30:00Z"),
            ("Fri May  1 12:30:00 2026", "2026-05-01T12:30:00Z"),
            ("Fri May 01 12:30:00 UTC 2026", "2026-05-01T12:30:00Z"),
            ("Fri May 01 2026 12:30:00 GMT+0200 (Central European Summer Time)", "2026-05-01T10:30:00Z"),
            ("May 1, 2026", "2026-05-01T00:00:00Z"),
            ("May 1st, 2026 12:30 PM", "2026-05-01T12:30:00Z"),
            ("1 May 2026", "2026-05-01T00:00:00Z"),
            ("01/May/2026:12:30:00 +0200", "2026-05-01T10:30:00Z"),
        ];
        for (text, expected) in cases {
            assert_eq!(parse(text), Some(at(expected)), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_or_may_be_two_is_not_read() {
        let none = [
            "",
            "-",
            "2026",
            "now",
            "2026-13-01",
            "12",
            "99999999999999999999",
            "2026-05-01T25:00:00Z",
            "20.11.2025",
            "11/20/2025",
            "20/11/2025",
            "20.11.25",
            "20-11-2025",
            "2026-02-30",
            "2026-05-01T24:00:01Z",
            "2026-05-01T12:60:00Z",
            "2026-05-01T12:30:61Z",
            "2026-05-01T12:30:00+25:00",
            "2026-05-01T12:30:00XYZ",
            "0000-00-00 00:00:00",
            "2026-05",
            "yesterday",
            "null",
            "NaN",
            "Infinity",
            "1e400",
            "1e9e9",
            "--1777638600",
            "e9",
            ".",
            "true",
            "{}",
            "2026-05-01T",
            "T12:30:00",
            "May 2026",
            "2026-05-01T12:30:00.Z",
            "2026-W54-1",
            "٢٠٢٦-٠٥-٠١",
        ];
        for text in none {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn what_counts_as_now_is_noted_and_an_old_event_that_would_is_refused() {
        let now = at("2026-05-01T12:00:00Z");
        let claim = |timestamp| Claim { timestamp, ..Claim::default() };
        let (time, note) = claim(Some("20.11.2025")).read(now, false).unwrap();
        let note = note.unwrap();
        assert_eq!((time, note.field), (now, "timestamp"));
        assert!(note.details.contains("20.11.2025"), "{}", note.details);
        assert!(claim(Some("2026-05-03T12:00:00Z")).read(now, false).unwrap().1.is_some(), "far ahead");
        assert_eq!(claim(None).read(now, false).unwrap(), (now, None));
        let codes = [Some("20.11.2025"), Some("2026-05-03T12:00:00Z"), None, Some(" ")]
            .map(|timestamp| claim(timestamp).read(now, true).unwrap_err().code);
        assert_eq!(codes, ["timestamp_invalid", "timestamp_out_of_range", "timestamp_missing", "timestamp_missing"]);
        assert_eq!(claim(Some("2025-11-20")).read(now, true).unwrap(), (at("2025-11-20T00:00:00Z"), None));
    }
}
