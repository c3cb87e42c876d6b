//! Bound values in the form in which ClickHouse reads `param_<name>`: that of its TabSeparated format.

use std::fmt::Write;

use analytics_model::{Sql, Value};
use chrono::{DateTime, Utc};

use crate::Error;

/// A ClickHouse server takes no field of more than 128 KiB (`http_max_field_value_size`).
const MAX_FIELD_BYTES: usize = 120 * 1024;

/// A statement and the texts of its parameters, by name.
pub(crate) struct Bound {
    pub(crate) text: String,
    pub(crate) fields: Vec<(String, String)>,
}

/// Writes the statement's values as text.
///
/// A list too long for one field is bound in pieces, `arrayConcat({ids__0:Array(UUID)}, {ids__1:Array(UUID)})` in
/// place of `{ids:Array(UUID)}`: it is still a constant to ClickHouse.
pub(crate) fn bind(sql: &Sql) -> Result<Bound, Error> {
    let mut bound = Bound { text: sql.text.clone(), fields: Vec::with_capacity(sql.values.len()) };
    for (name, value) in &sql.values {
        let mut pieces =
            encode(value).map_err(|reason| Error::Parameter { name: name.to_owned(), reason: reason.to_owned() })?;
        if pieces.len() == 1 {
            bound.fields.push((format!("param_{name}"), pieces.remove(0)));
            continue;
        }
        bound.text = divide(&bound.text, name, pieces.len());
        for (index, piece) in pieces.into_iter().enumerate() {
            bound.fields.push((format!("param_{name}__{index}"), piece));
        }
    }
    Ok(bound)
}

/// Returns one text, or several for a list that is longer than a field may be.
fn encode(value: &Value) -> Result<Vec<String>, &'static str> {
    let mut text = String::new();
    match value {
        Value::Null => text.push_str("\\N"),
        Value::List(items) => return lists(items),
        scalar => bare(&mut text, scalar)?,
    }
    Ok(vec![text])
}

fn lists(items: &[Value]) -> Result<Vec<String>, &'static str> {
    let mut pieces = Vec::new();
    let mut piece = String::from("[");
    for value in items {
        if piece.len() > 1 {
            piece.push(',');
        }
        let before = piece.len();
        item(&mut piece, value)?;
        if piece.len() > MAX_FIELD_BYTES && before > 1 {
            let first_of_next = piece.split_off(before);
            piece.pop();
            piece.push(']');
            pieces.push(std::mem::replace(&mut piece, format!("[{first_of_next}")));
        }
    }
    piece.push(']');
    pieces.push(piece);
    Ok(pieces)
}

/// Within lists, what is not a number stands in quotes, and null is a word.
fn item(text: &mut String, value: &Value) -> Result<(), &'static str> {
    match value {
        Value::Null => text.push_str("NULL"),
        Value::Int(_) | Value::UInt(_) | Value::Float(_) => bare(text, value)?,
        Value::Text(_) | Value::Uuid(_) | Value::Date(_) | Value::Instant(_) => {
            text.push('\'');
            bare(text, value)?;
            text.push('\'');
        }
        Value::List(inner) => {
            text.push('[');
            for (index, value) in inner.iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                item(text, value)?;
            }
            text.push(']');
        }
    }
    Ok(())
}

fn divide(text: &str, name: &str, pieces: usize) -> String {
    let begin = format!("{{{name}:");
    let mut divided = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, placeholder)) = rest.split_once(&begin) {
        let Some((kind, after)) = placeholder.split_once('}') else { break };
        let parts: Vec<String> = (0..pieces).map(|index| format!("{{{name}__{index}:{kind}}}")).collect();
        divided.push_str(&format!("{before}arrayConcat({})", parts.join(", ")));
        rest = after;
    }
    divided + rest
}

fn bare(text: &mut String, value: &Value) -> Result<(), &'static str> {
    let written = match value {
        Value::Text(value) => {
            escape(text, value);
            Ok(())
        }
        Value::Int(value) => write!(text, "{value}"),
        Value::UInt(value) => write!(text, "{value}"),
        Value::Float(value) if value.is_finite() => write!(text, "{value:?}"),
        Value::Float(_) => return Err("a number must be finite"),
        Value::Uuid(value) => write!(text, "{value}"),
        Value::Date(value) => write!(text, "{value}"),
        Value::Instant(value) => write!(text, "{}", keepable(*value).format("%Y-%m-%d %H:%M:%S%.3f")),
        Value::Null | Value::List(_) => return Err("a list or null can't stand here"),
    };
    written.map_err(|_| "the date is out of range")
}

/// Returns the nearest time that a `DateTime64(3)` can hold: no row has one beyond, so that comparisons stay right.
fn keepable(at: DateTime<Utc>) -> DateTime<Utc> {
    const FIRST: i64 = -2_208_988_800_000;
    const LAST: i64 = 10_413_791_999_999;
    let within = at.timestamp_millis().clamp(FIRST, LAST);
    if within == at.timestamp_millis() { at } else { DateTime::from_timestamp_millis(within).unwrap_or(at) }
}

fn escape(text: &mut String, value: &str) {
    text.reserve(value.len());
    for char in value.chars() {
        match char {
            '\\' => text.push_str("\\\\"),
            '\'' => text.push_str("\\'"),
            '\t' => text.push_str("\\t"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\0' => text.push_str("\\0"),
            other => text.push(other),
        }
    }
}
