//! When an event happened, by our clock: the sender's may be wrong.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};

/// Further ahead than this, a timestamp says that the sender's clock is wrong.
const FURTHEST_AHEAD: TimeDelta = TimeDelta::hours(23);

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

impl Claim<'_> {
    /// Returns the time by our clock, following PostHog's rule.
    ///
    /// An offset counts before anything else; a timestamp is corrected by how far `sent_at` is from now; alone it
    /// stands as it is; without one that can be read it is now. What is more than 23 hours ahead becomes now, and
    /// years outside 0 to 9999 become 1970.
    pub fn resolve(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        let resolved = self.unbounded(now);
        let epoch = DateTime::UNIX_EPOCH;
        let Some(resolved) = resolved else { return epoch };
        if resolved.signed_duration_since(now) > FURTHEST_AHEAD {
            return now;
        }
        if (0..=9999).contains(&resolved.year()) { resolved } else { epoch }
    }

    fn unbounded(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        if let Some(offset) = self.offset_ms {
            return now.checked_sub_signed(TimeDelta::try_milliseconds(offset)?);
        }
        let Some(claimed) = self.timestamp.and_then(parse) else { return Some(now) };
        match self.sent_at {
            Some(sent_at) => now.checked_add_signed(claimed.signed_duration_since(sent_at)),
            None => Some(claimed),
        }
    }
}

/// Reads a point in time: RFC 3339 and its relatives, RFC 2822, dates, seconds or finer since 1970. Without a zone it
/// is UTC. `01/02/2026` is not read: half the world means another day by it.
pub fn parse(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim();
    if text.len() > 64 {
        return None;
    }
    if let Ok(instant) = DateTime::parse_from_rfc3339(text) {
        return Some(instant.with_timezone(&Utc));
    }
    if text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'.'))
        && !text[1.min(text.len())..].contains('-')
    {
        return since_epoch(text);
    }
    if let Some(plain) = in_plain_iso(text) {
        return parse(&plain);
    }
    if let Ok(instant) = DateTime::parse_from_rfc2822(text) {
        return Some(instant.with_timezone(&Utc));
    }
    let text = text.strip_suffix("UTC").or(text.strip_suffix("GMT")).map_or(text, str::trim_end);
    with_zone(text).or_else(|| without_zone(text)).or_else(|| date(text))
}

/// ISO 8601 also allows a comma before fractions, and times without dashes and colons.
fn in_plain_iso(text: &str) -> Option<String> {
    let digits =
        |from: usize, to: usize| text.get(from..to).filter(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
    if let (Some(year), Some(month), Some(day), Some("T")) = (digits(0, 4), digits(4, 6), digits(6, 8), text.get(8..9))
    {
        let (hour, minute, second) = (digits(9, 11)?, digits(11, 13)?, digits(13, 15)?);
        return Some(format!("{year}-{month}-{day}T{hour}:{minute}:{second}{}", text.get(15..)?));
    }
    let (before, after) = text.split_once(',')?;
    let is_fraction =
        before.ends_with(|last: char| last.is_ascii_digit()) && after.starts_with(|first: char| first.is_ascii_digit());
    (is_fraction && !after.contains(',')).then(|| format!("{before}.{after}"))
}

fn with_zone(text: &str) -> Option<DateTime<Utc>> {
    let formats =
        ["%Y-%m-%dT%H:%M:%S%.f%#z", "%Y-%m-%d %H:%M:%S%.f%#z", "%Y-%m-%d %H:%M:%S%.f %#z", "%Y-%m-%dT%H:%M%#z"];
    let tried = formats.iter().find_map(|format| DateTime::parse_from_str(text, format).ok());
    tried.map(|instant| instant.with_timezone(&Utc))
}

fn without_zone(text: &str) -> Option<DateTime<Utc>> {
    let formats =
        ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M:%S%.f"];
    formats.iter().find_map(|format| NaiveDateTime::parse_from_str(text, format).ok()).map(|time| time.and_utc())
}

fn date(text: &str) -> Option<DateTime<Utc>> {
    let formats = ["%Y-%m-%d", "%Y/%m/%d"];
    let date = formats.iter().find_map(|format| NaiveDate::parse_from_str(text, format).ok())?;
    Some(date.and_time(NaiveTime::MIN).and_utc())
}

/// The number of digits before the point tells the unit: 10 for seconds, 13, 16 and 19 for finer ones.
fn since_epoch(text: &str) -> Option<DateTime<Utc>> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let count: i64 = whole.parse().ok()?;
    match whole.trim_start_matches('-').len() {
        9..=11 => {
            let digits: String = fraction.chars().chain("000000000".chars()).take(9).collect();
            DateTime::from_timestamp(count, digits.parse().ok()?)
        }
        12..=14 => DateTime::from_timestamp_millis(count),
        15..=17 => DateTime::from_timestamp_micros(count),
        18..=19 => Some(DateTime::from_timestamp_nanos(count)),
        _ => None,
    }
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
            (claim(Some("2026-05-01T11:00:00Z"), None, Some("2026-05-01T11:59:50Z")), "2026-05-01T11:00:10Z"),
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
        for text in ["", "-", "2026", "now", "2026-13-01", "12", "99999999999999999999", "2026-05-01T25:00:00Z"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
