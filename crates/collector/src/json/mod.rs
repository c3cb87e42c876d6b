//! JSON read no further than needed: objects one or two levels deep, values as the text they came as.

mod check;
mod objects;
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod oracle;
mod scan;

use std::borrow::Cow;

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

pub(crate) use check::{check, check_entries, quote};
use objects::Name;
pub(crate) use objects::{Around, Entry, Error, Item, List, Object, entries, last};

/// The text of a value that was read, without white space around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Json<'a>(&'a str);

impl<'a> Json<'a> {
    /// Returns the text.
    pub(crate) fn get(self) -> &'a str {
        self.0
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Json<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <&RawValue>::deserialize(deserializer).map(|value| Self(value.get()))
    }
}

/// Returns the text of a JSON string, number or boolean; none for null, lists and objects.
pub(crate) fn scalar(value: Json<'_>) -> Option<Cow<'_, str>> {
    let text = value.get();
    match text.as_bytes().first()? {
        b'"' => string(text),
        b'n' | b'[' | b'{' => None,
        _ => Some(Cow::Borrowed(text)),
    }
}

/// Returns the text of a JSON string.
pub(crate) fn string(text: &str) -> Option<Cow<'_, str>> {
    let plain = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    if let Some(plain) = plain.filter(|plain| memchr::memchr(b'\\', plain.as_bytes()).is_none()) {
        return Some(Cow::Borrowed(plain));
    }
    serde_json::from_str::<Name<'_>>(text).ok().map(|name| name.0)
}

/// Tells whether the value is null.
pub(crate) fn is_null(value: Json<'_>) -> bool {
    value.get() == "null"
}

/// Returns the first byte that is not white space.
pub(crate) fn first_byte(text: &[u8]) -> Option<u8> {
    text.iter().copied().find(|byte| !byte.is_ascii_whitespace())
}

/// Replaces surrogates without their other half by U+FFFD: such text is JSON, but no Unicode.
pub(crate) fn repair(text: &[u8]) -> Cow<'_, [u8]> {
    let mut repaired: Option<Vec<u8>> = None;
    let mut at = 0;
    while let Some(offset) = text.get(at..).and_then(|rest| memchr::memchr(b'\\', rest)) {
        at += offset;
        let Some(unit) = escaped_unit(text, at) else {
            at += 2;
            continue;
        };
        let is_high = (0xd800..0xdc00).contains(&unit);
        let is_low = |unit: u16| (0xdc00..0xe000).contains(&unit);
        if is_high && escaped_unit(text, at + 6).is_some_and(is_low) {
            at += 12;
            continue;
        }
        if is_high || is_low(unit) {
            repaired.get_or_insert_with(|| text.to_vec())[at..at + 6].copy_from_slice(b"\\ufffd");
        }
        at += 6;
    }
    repaired.map_or(Cow::Borrowed(text), Cow::Owned)
}

/// Does so for a text.
pub(crate) fn repaired(text: &str) -> Cow<'_, str> {
    match repair(text.as_bytes()) {
        Cow::Borrowed(_) => Cow::Borrowed(text),
        // Only ASCII was put in the place of ASCII.
        Cow::Owned(bytes) => String::from_utf8(bytes).map_or(Cow::Borrowed(text), Cow::Owned),
    }
}

fn escaped_unit(text: &[u8], at: usize) -> Option<u16> {
    let escape = text.get(at..at + 6)?;
    if !escape.starts_with(b"\\u") {
        return None;
    }
    let digits = std::str::from_utf8(&escape[2..]).ok()?;
    digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u16::from_str_radix(digits, 16).ok())?
}

#[cfg(test)]
mod tests;
