//! JSON read no further than needed: objects one level deep, values as the text they came as.

use std::borrow::Cow;
use std::ops::Range;

use serde::Deserialize;
use serde::de::{Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::{Rejection, limits};

/// A name and its value.
pub(crate) type Entry<'a> = (Cow<'a, str>, &'a RawValue);

/// An object's names and values in the order they came.
pub(crate) struct Object<'a>(pub(crate) Vec<Entry<'a>>);

/// One of a list: an object, or what can't be used as one.
pub(crate) enum Item<'a> {
    Object(Object<'a>),
    /// It has more names than an object may have.
    TooMany,
    NoObject,
}

/// How many names an object may have, one more than is allowed so that it can be told; reading on would only fill the
/// memory with what is refused later.
const MOST: usize = limits::PROPERTIES + 1;

pub(crate) fn too_many() -> String {
    format!("more than {} names in one object", limits::PROPERTIES)
}

/// Returns an object's entries; nothing where there are more than `most`, in which case it is read no further.
fn entries_of<'de, A: MapAccess<'de>>(map: &mut A, most: usize) -> Result<Option<Object<'de>>, A::Error> {
    let mut entries = Vec::with_capacity(16);
    while let Some((Name(name), value)) = map.next_entry::<Name<'de>, &'de RawValue>()? {
        if entries.len() == most {
            return Ok(None);
        }
        entries.push((name, value));
    }
    Ok(Some(Object(entries)))
}

impl<'de: 'a, 'a> Deserialize<'de> for Object<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;

        impl<'de> Visitor<'de> for Entries {
            type Value = Object<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                entries_of(&mut map, MOST)?.ok_or_else(|| A::Error::custom(too_many()))
            }
        }

        deserializer.deserialize_map(Entries)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Item<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;

        impl<'de> Visitor<'de> for Any {
            type Value = Item<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("anything")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                if let Some(object) = entries_of(&mut map, MOST)? {
                    return Ok(Item::Object(object));
                }
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Item::TooMany)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
                while list.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Item::NoObject)
            }

            fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
                Ok(Item::NoObject)
            }

            fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
                Ok(Item::NoObject)
            }

            fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
                Ok(Item::NoObject)
            }

            fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
                Ok(Item::NoObject)
            }

            fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
                Ok(Item::NoObject)
            }

            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(Item::NoObject)
            }
        }

        deserializer.deserialize_any(Any)
    }
}

/// A list of bounded length.
pub(crate) struct List<'a> {
    /// The first of it, as many as one request may have events.
    pub(crate) items: Vec<Item<'a>>,
    /// How many there are.
    pub(crate) length: usize,
}

impl<'de: 'a, 'a> Deserialize<'de> for List<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Items;

        impl<'de> Visitor<'de> for Items {
            type Value = List<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a list")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
                let mut items = Vec::new();
                while items.len() < limits::EVENTS_A_REQUEST {
                    let Some(item) = list.next_element()? else { break };
                    items.push(item);
                }
                let mut length = items.len();
                while list.next_element::<IgnoredAny>()?.is_some() {
                    length += 1;
                }
                Ok(List { items, length })
            }
        }

        deserializer.deserialize_seq(Items)
    }
}

/// An object with a list among its values.
pub(crate) struct Around<'a> {
    pub(crate) list: Option<List<'a>>,
    /// All other entries.
    pub(crate) others: Object<'a>,
}

impl<'a> Around<'a> {
    /// Reads an object; what stands under this name must be a list, or null, which counts as nothing.
    pub(crate) fn read(text: &'a str, name: &str) -> serde_json::Result<Self> {
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let around = deserializer.deserialize_map(AroundListOf(name))?;
        deserializer.end()?;
        Ok(around)
    }
}

struct AroundListOf<'n>(&'n str);

impl<'de> Visitor<'de> for AroundListOf<'_> {
    type Value = Around<'de>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut list, mut others) = (None, Vec::with_capacity(16));
        while let Some(Name(name)) = map.next_key::<Name<'de>>()? {
            if name == self.0 {
                list = map.next_value::<Option<List<'de>>>()?;
            } else if others.len() == MOST {
                return Err(A::Error::custom(too_many()));
            } else {
                others.push((name, map.next_value()?));
            }
        }
        Ok(Around { list, others: Object(others) })
    }
}

impl<'a> Object<'a> {
    /// Returns the value of a name; of a name given twice the last.
    pub(crate) fn get(&self, name: &str) -> Option<&'a RawValue> {
        self.0.iter().rev().find(|(known, _)| known == name).map(|(_, value)| *value)
    }
}

/// A name, borrowed unless it holds an escape.
#[derive(Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

/// Returns the names and values of an object that was read before; nothing of anything else.
pub(crate) fn entries(text: &str) -> Vec<Entry<'_>> {
    struct All;

    impl<'de> Visitor<'de> for All {
        type Value = Vec<Entry<'de>>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            // What was kept holds some names of ours beside those that are counted.
            Ok(entries_of(&mut map, usize::MAX)?.map(|object| object.0).unwrap_or_default())
        }
    }

    serde_json::Deserializer::from_str(text).deserialize_map(All).unwrap_or_default()
}

/// Returns the text of a JSON string, number or boolean; none for null, lists and objects.
pub(crate) fn scalar(value: &RawValue) -> Option<Cow<'_, str>> {
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
pub(crate) fn is_null(value: &RawValue) -> bool {
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

fn escaped_unit(text: &[u8], at: usize) -> Option<u16> {
    let escape = text.get(at..at + 6)?;
    if !escape.starts_with(b"\\u") {
        return None;
    }
    let digits = std::str::from_utf8(&escape[2..]).ok()?;
    digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u16::from_str_radix(digits, 16).ok())?
}

/// Refuses valid JSON that others choke on: too deep, or with numbers beyond a double. Returns where integers stand
/// that no machine integer holds: ClickHouse reads nothing of an object with one of them.
pub(crate) fn check(field: &str, text: &str) -> Result<Vec<Range<usize>>, Rejection> {
    check_within(field, text, 0)
}

/// Does so for the values of an object that was read from `text`.
pub(crate) fn check_entries(field: &str, text: &str, object: &Object<'_>) -> Result<Vec<Range<usize>>, Rejection> {
    let mut huge = Vec::new();
    for (_, value) in &object.0 {
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
    fn lone_surrogates_are_replaced_and_pairs_kept() {
        let cases = [
            (r#""plain""#, r#""plain""#),
            (r#""\ud83d\ude00""#, r#""\ud83d\ude00""#),
            (r#""\ud83d""#, r#""\ufffd""#),
            (r#""\ude00x""#, r#""\ufffdx""#),
            (r#""\ud83d\ud83d\ude00""#, r#""\ufffd\ud83d\ude00""#),
            (r#""\\ud83d""#, r#""\\ud83d""#),
            (r#""\u00e9""#, r#""\u00e9""#),
            (r#""\ud8""#, r#""\ud8""#),
        ];
        for (given, expected) in cases {
            assert_eq!(repair(given.as_bytes()), expected.as_bytes(), "{given}");
        }
    }

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
