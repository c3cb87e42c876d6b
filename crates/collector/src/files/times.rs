//! Points in time as files say them: those without a zone are of the zone that was named, or UTC.

use chrono::{DateTime, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;

use crate::{Rejection, wire::clock};

/// How times are written that name no zone.
const WITHOUT_ZONE: [&str; 6] = [
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%d %H:%M",
    "%Y/%m/%d %H:%M:%S%.f",
    "%d/%b/%Y:%H:%M:%S%.f",
];

const DATES: [&str; 2] = ["%Y-%m-%d", "%Y/%m/%d"];

/// Reads a time; `field` is what to name where it can't be read.
pub(super) fn parse(field: &str, text: &str, zone: Option<Tz>) -> Result<DateTime<Utc>, Rejection> {
    let text = text.trim();
    if let Some(local) = without_zone(text) {
        return instant(field, local, zone);
    }
    clock::parse(text).ok_or_else(|| {
        let shown: String = text.chars().take(40).collect();
        let reason =
            format!("{shown:?} can't be read as a time; write it like 2026-05-01T12:30:00Z, or as seconds since 1970");
        Rejection::field("timestamp_invalid", field, reason)
    })
}

/// Returns the point in time of a clock on the wall.
pub(super) fn instant(field: &str, local: NaiveDateTime, zone: Option<Tz>) -> Result<DateTime<Utc>, Rejection> {
    let Some(zone) = zone else { return Ok(local.and_utc()) };
    match zone.from_local_datetime(&local) {
        // Of a time that the clocks show twice the first is meant.
        LocalResult::Single(time) | LocalResult::Ambiguous(time, _) => Ok(time.to_utc()),
        LocalResult::None => {
            let reason = format!("{local} is no time in {zone}: the clocks were set forward over it");
            Err(Rejection::field("timestamp_invalid", field, reason))
        }
    }
}

fn without_zone(text: &str) -> Option<NaiveDateTime> {
    if text.len() > 64 || !text.contains(['-', '/']) {
        return None;
    }
    let time = WITHOUT_ZONE.iter().find_map(|format| NaiveDateTime::parse_from_str(text, format).ok());
    time.or_else(|| {
        let date = DATES.iter().find_map(|format| NaiveDate::parse_from_str(text, format).ok())?;
        Some(date.and_time(NaiveTime::MIN))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_without_a_zone_are_of_the_zone_that_is_named() {
        let berlin = Some(chrono_tz::Europe::Berlin);
        let read = |text, zone| parse("timestamp", text, zone).map(|time| time.to_rfc3339());
        assert_eq!(read("2026-07-01 12:00:00", None).unwrap(), "2026-07-01T12:00:00+00:00");
        assert_eq!(read("2026-07-01 12:00:00", berlin).unwrap(), "2026-07-01T10:00:00+00:00");
        assert_eq!(read("2026-12-01", berlin).unwrap(), "2026-11-30T23:00:00+00:00");
        assert_eq!(read("2026-07-01T12:00:00Z", berlin).unwrap(), "2026-07-01T12:00:00+00:00");
        assert_eq!(read("2026-07-01T12:00:00+05:00", berlin).unwrap(), "2026-07-01T07:00:00+00:00");
        assert_eq!(read("1777638600", berlin).unwrap(), "2026-05-01T12:30:00+00:00");
        // The hour that comes twice is the first of the two; the one that never was is refused.
        assert_eq!(read("2026-10-25 02:30:00", berlin).unwrap(), "2026-10-25T00:30:00+00:00");
        assert_eq!(read("2026-03-29 02:30:00", berlin).unwrap_err().code, "timestamp_invalid");
        for text in ["20.11.2025", "03/04/2026", "", "2026-02-30"] {
            assert_eq!(read(text, None).unwrap_err().field.as_deref(), Some("timestamp"), "{text}");
        }
    }
}
