//! An event's own properties: a JSON object, kept as the text it came as.

use std::collections::HashSet;

use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use crate::json::{self, Entry, Object};
use crate::{Rejection, limits};

/// A JSON object whose names are unique, of bounded size and depth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Properties(String);

impl Default for Properties {
    fn default() -> Self {
        Self("{}".to_owned())
    }
}

impl Properties {
    /// Checks and keeps the text of a JSON object; of a name given twice the last value counts, and an integer beyond 64
    /// bits becomes text.
    pub fn parse(text: &str) -> Result<Self, Rejection> {
        Self::parse_field("properties", text)
    }

    pub(crate) fn parse_field(field: &str, text: &str) -> Result<Self, Rejection> {
        let text = text.trim();
        if text.len() > limits::EVENT_BYTES {
            let reason =
                format!("an event may have {} bytes, its {field} alone have {}", limits::EVENT_BYTES, text.len());
            return Err(Rejection::field("event_too_large", field, reason));
        }
        if !text.starts_with('{') {
            return Err(invalid(field, format!("{field} must be an object")));
        }
        let object = Object::read(text).map_err(|error| invalid(field, error.to_string()))?;
        Self::of_read(field, text, &object.entries)
    }

    /// Keeps a value of an object that was read.
    pub(crate) fn of(object: &Object<'_>, place: usize, field: &str) -> Result<Self, Rejection> {
        let text = object.entries[place].1.get();
        match object.inner(place).filter(|_| text.len() <= limits::EVENT_BYTES) {
            Some(entries) => Self::of_read(field, text, entries),
            None => Self::parse_field(field, text),
        }
    }

    fn of_read(field: &str, text: &str, entries: &[Entry<'_>]) -> Result<Self, Rejection> {
        let huge = json::check_entries(field, text, entries)?;
        if !huge.is_empty() {
            // As text no digit is lost, and measures still read it as a number.
            return Self::parse_field(field, &json::quote(text, &huge));
        }
        for (name, _) in entries {
            if name.len() > limits::PROPERTY_NAME_CHARS && name.chars().count() > limits::PROPERTY_NAME_CHARS {
                let reason = format!("a property's name is longer than {} characters", limits::PROPERTY_NAME_CHARS);
                return Err(invalid(field, reason));
            }
        }
        if entries.len() > limits::PROPERTIES {
            return Err(invalid(field, format!("there are more than {} properties", limits::PROPERTIES)));
        }
        Ok(if has_repeated_name(entries) { Self::of_entries(&last_of_each(entries)) } else { Self(text.to_owned()) })
    }

    /// Returns the JSON text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the JSON text.
    pub fn into_string(self) -> String {
        self.0
    }

    /// Tells whether there are no properties.
    pub fn is_empty(&self) -> bool {
        json::first_byte(&self.0.as_bytes()[1..]) == Some(b'}')
    }

    pub(crate) fn entries(&self) -> Vec<Entry<'_>> {
        json::entries(&self.0)
    }

    /// Puts properties in front under names not taken yet.
    pub(crate) fn add_missing(&mut self, name: &str, value: &Properties) {
        if !self.entries().iter().any(|(known, _)| known == name) {
            let comma = if self.is_empty() { "" } else { "," };
            let rest = &self.0[1..];
            self.0 = format!("{{{}:{}{comma}{rest}", quoted(name), value.as_str());
        }
    }

    /// Puts JSON values in front under names not taken yet.
    pub(crate) fn add_missing_values(&mut self, values: &[(&str, &str)]) {
        let entries = self.entries();
        let mut front = String::new();
        for (name, value) in values {
            if !entries.iter().any(|(known, _)| known == name) {
                front.push_str(&quoted(name));
                front.push(':');
                front.push_str(value);
                front.push(',');
            }
        }
        if entries.is_empty() {
            front.pop();
        }
        if !front.is_empty() {
            self.0.insert_str(1, &front);
        }
    }

    /// Writes an object of these names and values.
    pub(crate) fn of_entries(entries: &[Entry<'_>]) -> Self {
        let members: Vec<String> =
            entries.iter().map(|(name, value)| format!("{}:{}", quoted(name), value.get())).collect();
        Self(format!("{{{}}}", members.join(",")))
    }
}

impl From<serde_json::Map<String, serde_json::Value>> for Properties {
    fn from(map: serde_json::Map<String, serde_json::Value>) -> Self {
        Self(serde_json::Value::Object(map).to_string())
    }
}

impl Serialize for Properties {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let raw: &RawValue = serde_json::from_str(&self.0).map_err(serde::ser::Error::custom)?;
        raw.serialize(serializer)
    }
}

fn invalid(field: &str, reason: String) -> Rejection {
    Rejection::field("properties_invalid", field, reason)
}

/// Writes a text as JSON.
pub(crate) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Few names are told apart by a look at their length and ends; only where two look alike are they compared.
fn has_repeated_name(entries: &[Entry<'_>]) -> bool {
    let mut looks = [0_u64; 64];
    let are_different = entries.iter().all(|(name, _)| {
        let look = look(name.as_bytes());
        let (word, bit) = (&mut looks[(look >> 6) as usize & 63], 1 << (look & 63));
        let is_new = *word & bit == 0;
        *word |= bit;
        is_new
    });
    if are_different {
        return false;
    }
    let mut seen = HashSet::with_capacity(entries.len());
    entries.iter().any(|(name, _)| !seen.insert(name.as_ref()))
}

/// Returns 12 bits that differ for most names.
fn look(name: &[u8]) -> u64 {
    let part = |bytes: &[u8]| bytes.iter().fold(0_u64, |value, byte| value << 8 | u64::from(*byte));
    let (first, last) = (&name[..name.len().min(8)], &name[name.len().saturating_sub(8)..]);
    let mixed = (part(first) ^ part(last).rotate_left(29) ^ name.len() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed >> 52
}

fn last_of_each<'a>(entries: &[Entry<'a>]) -> Vec<Entry<'a>> {
    let mut seen = HashSet::new();
    let mut kept: Vec<_> = entries.iter().rev().filter(|(name, _)| seen.insert(name.as_ref())).cloned().collect();
    kept.reverse();
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_kept_as_it_came() {
        let text = r#"{ "b": 1.10, "a": [1, {"x":null}], "long": [18446744073709551615, -9223372036854775808] }"#;
        assert_eq!(Properties::parse(text).unwrap().as_str(), text);
    }

    #[test]
    fn integers_beyond_64_bits_become_text() {
        let text = r#"{"a":18446744073709551616,"b":[-9223372036854775809,1],"c":"18446744073709551616"}"#;
        let kept = r#"{"a":"18446744073709551616","b":["-9223372036854775809",1],"c":"18446744073709551616"}"#;
        assert_eq!(Properties::parse(text).unwrap().as_str(), kept);
    }

    #[test]
    fn of_a_repeated_name_the_last_value_counts() {
        assert_eq!(Properties::parse(r#"{"a":1,"b":2,"a":3}"#).unwrap().as_str(), r#"{"b":2,"a":3}"#);
        assert_eq!(Properties::parse(r#"{"a":1,"\u0061":3}"#).unwrap().as_str(), r#"{"a":3}"#);
    }

    #[test]
    fn what_is_no_fit_object_is_refused() {
        let many: String = (0..=limits::PROPERTIES).map(|index| format!(r#""p{index}":1,"#)).collect();
        let cases = [
            ("[]".to_owned(), "properties_invalid"),
            ("{".to_owned(), "properties_invalid"),
            (format!(r#"{{{many}"last":1}}"#), "properties_invalid"),
            (format!(r#"{{"{}":1}}"#, "n".repeat(401)), "properties_invalid"),
            (format!(r#"{{"a":"{}"}}"#, "x".repeat(limits::EVENT_BYTES)), "event_too_large"),
        ];
        for (text, code) in cases {
            assert_eq!(Properties::parse(&text).unwrap_err().code, code);
        }
    }

    #[test]
    fn missing_values_are_added_in_front() {
        let added = [("a", "1"), ("$lib", "\"x\"")];
        for (given, expected) in [
            ("{}", r#"{"a":1,"$lib":"x"}"#),
            (r#"{ "b":2}"#, r#"{"a":1,"$lib":"x", "b":2}"#),
            (r#"{"a":0}"#, r#"{"$lib":"x","a":0}"#),
            (r#"{"a":0,"$lib":""}"#, r#"{"a":0,"$lib":""}"#),
        ] {
            let mut properties = Properties::parse(given).unwrap();
            properties.add_missing_values(&added);
            assert_eq!(properties.as_str(), expected);
        }
    }

    #[test]
    fn what_is_added_beside_as_many_properties_as_may_be_counts_too() {
        let full: Vec<String> = (0..limits::PROPERTIES).map(|index| format!(r#""p{index}":1"#)).collect();
        let mut properties = Properties::parse(&format!("{{{}}}", full.join(","))).unwrap();
        for name in ["$unset", "$set_once", "$set"] {
            properties.add_missing(name, &Properties::default());
        }
        properties.add_missing_values(&[("$lib", "\"x\"")]);
        serde_json::from_str::<serde_json::Value>(properties.as_str()).unwrap();
        assert_eq!(properties.entries().len(), limits::PROPERTIES + 4);
    }

    #[test]
    fn missing_names_are_added_in_front() {
        let mut properties = Properties::default();
        properties.add_missing("$set", &Properties::parse(r#"{"plan":"pro"}"#).unwrap());
        properties.add_missing("$set", &Properties::parse(r#"{"plan":"free"}"#).unwrap());
        properties.add_missing("$set_once", &Properties::default());
        assert_eq!(properties.as_str(), r#"{"$set_once":{},"$set":{"plan":"pro"}}"#);
    }
}
