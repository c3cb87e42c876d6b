//! Points in time as people and programs write them.

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};

/// Nothing longer is a time.
const LONGEST: usize = 100;

/// Reads a point in time: ISO 8601 and its relatives, what languages print (RFC 2822, RFC 850, `ctime`, JavaScript, Java,
/// Go, .NET), and numbers: seconds, or milli-, micro- or nanoseconds, since 1970. Without a zone it is UTC.
///
/// `01/02/2026` and `20.11.2025` are not read: half the world means another day by them.
pub fn parse(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim().trim_matches('"').trim();
    if text.is_empty() || text.len() > LONGEST {
        return None;
    }
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+' | b'e' | b'E'));
    if is_number && let Some(time) = compact(text).or_else(|| since_epoch(text)) {
        return Some(time);
    }
    if let Some(inner) = text.strip_prefix("/Date(").and_then(|text| text.strip_suffix(")/")) {
        // The zone behind it says how it was shown, not when it was.
        let digits = inner.char_indices().find(|(at, char)| *at > 0 && matches!(char, '+' | '-'));
        return since_epoch(&inner[..digits.map_or(inner.len(), |(at, _)| at)]);
    }
    let plain = plain(text);
    iso(&plain).or_else(|| worded(&plain))
}

/// Takes out what names the zone once more: `[Europe/Berlin]` of Java, `(Central European Time)` of JavaScript, the
/// monotonic clock of Go.
fn plain(text: &str) -> String {
    let text = text.split(['[', '(']).next().unwrap_or(text);
    let text = text.split(" m=").next().unwrap_or(text);
    // ISO 8601 allows the minus sign in front of an offset.
    text.trim().replace('\u{2212}', "-")
}

/// `20260501123000` is no count of milliseconds: as such it would be after the last year there is.
fn compact(text: &str) -> Option<DateTime<Utc>> {
    let is_compact = matches!(text.len(), 14 | 17) && text.bytes().all(|byte| byte.is_ascii_digit());
    if !(is_compact && matches!(&text[..2], "19" | "20" | "21")) {
        return None;
    }
    let (date, time) = text.split_at(8);
    let milliseconds = if text.len() == 17 { time[6..].parse().ok()? } else { 0 };
    Some(
        date_of(date)?.and_hms_opt(two(time, 0)?, two(time, 2)?, two(time, 4)?)?.and_utc()
            + TimeDelta::milliseconds(milliseconds),
    )
}

fn two(digits: &str, at: usize) -> Option<u32> {
    digits.get(at..at + 2)?.parse().ok()
}

/// Digits before the point tell the unit: up to 11 for seconds, then 14, 17 and 19 for finer ones. Fewer than 9 are no
/// time but a year, an id, or a duration.
fn since_epoch(text: &str) -> Option<DateTime<Utc>> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok().filter(|by| (-40..=40).contains(by))?),
        None => (text, 0),
    };
    let is_negative = mantissa.starts_with('-');
    let mantissa = mantissa.strip_prefix(['-', '+']).unwrap_or(mantissa);
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let zeros = digits.bytes().take_while(|digit| *digit == b'0').count();
    let before_point = whole.len() as i32 + exponent - zeros as i32;
    let finer = match before_point {
        9..=11 => 9,
        12..=14 => 6,
        15..=17 => 3,
        18..=19 => 0,
        _ => return None,
    };
    let wanted = usize::try_from(before_point + finer).ok()?;
    let nanoseconds = digits[zeros..].bytes().chain(std::iter::repeat(b'0')).take(wanted);
    let nanoseconds = nanoseconds.fold(0_i128, |value, digit| value * 10 + i128::from(digit - b'0'));
    let nanoseconds = if is_negative { -nanoseconds } else { nanoseconds };
    let seconds = i64::try_from(nanoseconds.div_euclid(1_000_000_000)).ok()?;
    DateTime::from_timestamp(seconds, u32::try_from(nanoseconds.rem_euclid(1_000_000_000)).ok()?)
}

/// A date with the year in front, and a time behind it if there is one.
fn iso(text: &str) -> Option<DateTime<Utc>> {
    let split = text.find(['T', 't', ' ', '_']).unwrap_or(text.len());
    let (date, rest) = text.split_at(split);
    let time = rest.get(1..).unwrap_or_default().trim();
    if rest.is_empty() {
        let date = date.strip_suffix(['Z', 'z']).unwrap_or(date);
        return Some(date_of(date)?.and_hms_opt(0, 0, 0)?.and_utc());
    }
    at(date_of(date)?, time)
}

fn date_of(text: &str) -> Option<NaiveDate> {
    let year = text.get(..4).filter(|year| year.bytes().all(|byte| byte.is_ascii_digit()));
    year?;
    let is_digits = |length: usize| text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_digits(8) {
        return NaiveDate::parse_from_str(text, "%Y%m%d").ok();
    }
    if text.len() == 8 && text.as_bytes()[4] == b'-' && text[5..].bytes().all(|byte| byte.is_ascii_digit()) {
        return NaiveDate::parse_from_str(text, "%Y-%j").ok();
    }
    let formats = ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%G-W%V-%u", "%GW%V%u"];
    let is_separated = !text.as_bytes().get(4)?.is_ascii_digit();
    is_separated.then(|| formats.iter().find_map(|format| NaiveDate::parse_from_str(text, format).ok()))?
}

/// Puts a date and what stands behind it together: the time, `AM` or `PM`, the zone.
fn at(date: NaiveDate, text: &str) -> Option<DateTime<Utc>> {
    let end = text.find(|char: char| !(char.is_ascii_digit() || matches!(char, ':' | '.' | ','))).unwrap_or(text.len());
    let (clock, rest) = text.split_at(end);
    let rest = rest.trim();
    let half = rest.get(..2).filter(|half| half.eq_ignore_ascii_case("am") || half.eq_ignore_ascii_case("pm"));
    let is_afternoon = half.map(|half| half.eq_ignore_ascii_case("pm"));
    let zone = if half.is_some() { rest[2..].trim() } else { rest };
    Some((time(date, clock, is_afternoon)? - offset(zone)?).and_utc())
}

/// A time of day. 24:00 is the next midnight, and a leap second the first of the next minute.
fn time(date: NaiveDate, text: &str, is_afternoon: Option<bool>) -> Option<NaiveDateTime> {
    let (clock, fraction) = match text.split_once(['.', ',']) {
        Some((clock, fraction)) => (clock, Some(fraction)),
        None => (text, None),
    };
    let parts: Vec<&str> = if clock.contains(':') {
        clock.split(':').collect()
    } else {
        (0..clock.len()).step_by(2).map(|from| clock.get(from..from + 2)).collect::<Option<_>>()?
    };
    let number = |part: &str| (!part.is_empty() && part.len() <= 2).then(|| part.parse::<i64>().ok())?;
    let (hour, minute, second) = match parts[..] {
        [hour] if fraction.is_none() => (number(hour)?, 0, 0),
        [hour, minute] if fraction.is_none() => (number(hour)?, number(minute)?, 0),
        [hour, minute, second] => (number(hour)?, number(minute)?, number(second)?),
        _ => return None,
    };
    let hour = match is_afternoon {
        None => hour,
        Some(is_afternoon) => (1..=12).contains(&hour).then_some(hour % 12 + if is_afternoon { 12 } else { 0 })?,
    };
    let nanoseconds = match fraction {
        None => 0,
        Some(digits) if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            let nine = digits.bytes().chain(std::iter::repeat(b'0')).take(9);
            nine.fold(0_i64, |value, digit| value * 10 + i64::from(digit - b'0'))
        }
        Some(_) => return None,
    };
    let is_end_of_day = hour == 24 && minute == 0 && second == 0 && nanoseconds == 0;
    if !(is_end_of_day || (hour <= 23 && minute <= 59 && second <= 60)) {
        return None;
    }
    let midnight = date.and_hms_opt(0, 0, 0)?;
    let seconds = TimeDelta::seconds(hour * 3_600 + minute * 60 + second);
    midnight.checked_add_signed(seconds)?.checked_add_signed(TimeDelta::nanoseconds(nanoseconds))
}

/// What RFC 2822 calls zones; other names are not the same everywhere.
const ZONES: [(&str, i64); 12] = [
    ("Z", 0),
    ("UTC", 0),
    ("GMT", 0),
    ("UT", 0),
    ("EST", -5),
    ("EDT", -4),
    ("CST", -6),
    ("CDT", -5),
    ("MST", -7),
    ("MDT", -6),
    ("PST", -8),
    ("PDT", -7),
];

/// How far a zone is ahead of UTC: `+02:00`, `+0200`, `+02`, `GMT+2`, `EST`; nothing is UTC.
fn offset(text: &str) -> Option<TimeDelta> {
    let named = text.find(|char: char| !char.is_ascii_alphabetic()).unwrap_or(text.len());
    let (name, numbers) = text.split_at(named);
    let of_name = match name {
        "" => 0,
        name => ZONES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name))?.1,
    };
    let numbers = numbers.trim();
    if numbers.is_empty() {
        return Some(TimeDelta::hours(of_name));
    }
    // Go writes the zone's name behind its offset.
    let (numbers, again) = numbers.split_once(' ').unwrap_or((numbers, ""));
    let is_zero = of_name == 0 && again.trim().bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'+');
    let sign = match numbers.as_bytes()[0] {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits: String = numbers[1..].chars().filter(|char| *char != ':').collect();
    let fits = matches!(digits.len(), 1 | 2 | 4 | 6) && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !(is_zero && fits) {
        return None;
    }
    let digits = if digits.len() == 1 { format!("0{digits}") } else { digits };
    let part = |at: usize| two(&digits, at).map_or(0, i64::from);
    let (hours, minutes, seconds) = (part(0), part(2), part(4));
    (hours <= 23 && minutes <= 59 && seconds <= 59)
        .then(|| TimeDelta::seconds(sign * (hours * 3_600 + minutes * 60 + seconds)))
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// A date with its month in letters, in whichever order: `Fri, 1 May 2026 12:30:00 +0200`, `01-May-26 12:30:00 GMT`,
/// `Fri May  1 12:30:00 2026`, `May 1, 2026 12:30 PM`, `01/May/2026:12:30:00 +0200`.
fn worded(text: &str) -> Option<DateTime<Utc>> {
    let mut day = None;
    let mut month = None;
    let mut year = None;
    let mut time: Vec<&str> = Vec::new();
    let spaced = spaced(text);
    for word in spaced.split_whitespace() {
        if let Some(found) = name_of(word, &MONTHS).filter(|_| month.is_none()) {
            month = Some(found as u32 + 1);
        } else if name_of(word, &WEEKDAYS).is_some() && time.is_empty() {
            // Which day of the week it is follows from the date.
        } else if is_number(word, 4) && year.is_none() && time.last() != Some(&"+") {
            year = word.parse::<i32>().ok();
        } else if let Some(number) = day_number(word).filter(|_| day.is_none()) {
            day = Some(number);
        } else if is_number(word, 2) && year.is_none() && time.is_empty() {
            // RFC 850 has years of two digits.
            year = word.parse::<i32>().ok().map(|year| if year < 70 { 2_000 + year } else { 1_900 + year });
        } else {
            time.push(word);
        }
    }
    let date = NaiveDate::from_ymd_opt(year?, month?, day?)?;
    if time.is_empty() { Some(date.and_hms_opt(0, 0, 0)?.and_utc()) } else { at(date, &time.join(" ")) }
}

/// Parts the date from the time of a web server's log, and its parts from one another.
fn spaced(text: &str) -> String {
    let is_log = text.split_once(':').is_some_and(|(date, _)| date.matches('/').count() == 2);
    let text = if is_log { text.replacen(':', " ", 1) } else { text.to_owned() };
    let words = text.split([' ', ',']).map(|word| {
        let has_month = word.split(['-', '/']).any(|part| name_of(part, &MONTHS).is_some());
        if has_month { word.replace(['-', '/'], " ") } else { word.to_owned() }
    });
    words.collect::<Vec<_>>().join(" ")
}

fn name_of(word: &str, names: &[&str]) -> Option<usize> {
    let word = word.trim_end_matches('.').to_ascii_lowercase();
    (word.len() >= 3).then(|| names.iter().position(|name| name.starts_with(&word)))?
}

fn is_number(word: &str, digits: usize) -> bool {
    word.len() == digits && word.bytes().all(|byte| byte.is_ascii_digit())
}

fn day_number(word: &str) -> Option<u32> {
    let word = ["st", "nd", "rd", "th"].iter().find_map(|end| word.strip_suffix(end)).unwrap_or(word);
    (word.len() <= 2).then(|| word.parse().ok())?
}
