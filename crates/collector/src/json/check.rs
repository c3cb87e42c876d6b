//! What JSON must keep to, so that others can read it too.

use std::ops::Range;

use super::Entry;
use crate::{Rejection, limits};

/// Refuses valid JSON that others choke on: too deep, or with numbers beyond a double. Returns where integers stand
/// that no machine integer holds: ClickHouse reads nothing of an object with one of them.
pub(crate) fn check(field: &str, text: &str) -> Result<Vec<Range<usize>>, Rejection> {
    check_within(field, text, 0)
}

/// Does so for the values of an object that was read from `text`.
pub(crate) fn check_entries(field: &str, text: &str, entries: &[Entry<'_>]) -> Result<Vec<Range<usize>>, Rejection> {
    let mut huge = Vec::new();
    for (_, value) in entries {
        let value = value.get();
        let is_harmless = match value.as_bytes().first() {
            Some(b'{' | b'[') => false,
            Some(b'-' | b'0'..=b'9') => value.len() <= LONGEST_SURELY_HELD && !value.contains(['e', 'E']),
            _ => true,
        };
        if !is_harmless {
            // A part of the text, which begins so far into it.
            let begin = value.as_ptr() as usize - text.as_ptr() as usize;
            let found = check_within(field, value, 1)?;
            huge.extend(found.into_iter().map(|range| begin + range.start..begin + range.end));
        }
    }
    Ok(huge)
}

fn check_within(field: &str, text: &str, mut depth: usize) -> Result<Vec<Range<usize>>, Rejection> {
    let bytes = text.as_bytes();
    let mut huge = Vec::new();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => {
                at = string_end(bytes, at);
                continue;
            }
            b'{' | b'[' => {
                depth += 1;
                if depth > limits::NESTING {
                    let reason = format!("objects and lists are nested more than {} deep", limits::NESTING);
                    return Err(Rejection::field("nested_too_deep", field, reason));
                }
            }
            b'}' | b']' => depth -= 1,
            b'-' | b'0'..=b'9' => {
                let end = number_end(bytes, at);
                let number = &text[at..end];
                let may_overflow = number.len() > 300 || number.contains(['e', 'E']);
                if may_overflow && !number.parse::<f64>().is_ok_and(f64::is_finite) {
                    let reason = "a number is too great for a double; send it as text";
                    return Err(Rejection::field("number_out_of_range", field, reason));
                }
                if is_huge_integer(number) {
                    huge.push(at..end);
                }
                at = end;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    Ok(huge)
}

/// Digits, and a sign, that every machine integer of 64 bits holds.
const LONGEST_SURELY_HELD: usize = 18;

fn is_huge_integer(number: &str) -> bool {
    number.len() > LONGEST_SURELY_HELD
        && !number.contains(['.', 'e', 'E'])
        && number.parse::<u64>().is_err()
        && number.parse::<i64>().is_err()
}

/// Puts quotes around parts of a text, given in order.
pub(crate) fn quote(text: &str, parts: &[Range<usize>]) -> String {
    let mut quoted = String::with_capacity(text.len() + 2 * parts.len());
    let mut done = 0;
    for part in parts {
        quoted.push_str(&text[done..part.start]);
        quoted.push('"');
        quoted.push_str(&text[part.clone()]);
        quoted.push('"');
        done = part.end;
    }
    quoted.push_str(&text[done..]);
    quoted
}

fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    at
}

fn number_end(bytes: &[u8], start: usize) -> usize {
    let rest = bytes[start..].iter();
    start + rest.take_while(|byte| matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9')).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_choke_on_is_refused() {
        let deep = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        let cases = [
            (r#"{"a":1.5e300,"b":"1e999","c":-3}"#.to_owned(), None),
            (r#"{"a":1e400}"#.to_owned(), Some("number_out_of_range")),
            (format!(r#"{{"a":{}}}"#, "9".repeat(400)), Some("number_out_of_range")),
            (deep(limits::NESTING), None),
            (deep(limits::NESTING + 1), Some("nested_too_deep")),
            (format!(r#"{{"a":"{}"}}"#, "[".repeat(100)), None),
        ];
        for (text, expected) in cases {
            let code = check("properties", &text).err().map(|rejection| rejection.code);
            assert_eq!(code, expected, "{text}");
        }
    }
}
