//! What a value is, told from its JSON.

use std::borrow::Cow;

use crate::json::{self, Json};

/// Characters of a value that is proposed; longer ones are nothing to choose from a list.
const VALUE_CHARS: usize = 200;

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::writer) enum Kind {
    Text,
    Number,
    Boolean,
    /// Text in the form of ISO 8601.
    Time,
    List,
    Object,
}

impl Kind {
    pub(super) const ALL: [Self; 6] = [Self::Text, Self::Number, Self::Boolean, Self::Time, Self::List, Self::Object];

    /// Tells what a value is; nothing of null.
    pub(super) fn of(value: Json<'_>) -> Option<Self> {
        let text = value.get();
        Some(match text.as_bytes().first()? {
            b'"' if is_time(&text[1..text.len() - 1]) => Self::Time,
            b'"' => Self::Text,
            b't' | b'f' => Self::Boolean,
            b'n' => return None,
            b'[' => Self::List,
            b'{' => Self::Object,
            _ => Self::Number,
        })
    }

    /// Returns the word for it.
    pub(in crate::writer) fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Time => "time",
            Self::List => "list",
            Self::Object => "object",
        }
    }
}

/// A day, alone or with hours and minutes and what may follow them.
fn is_time(text: &str) -> bool {
    let bytes = text.as_bytes();
    let fits = |from: usize, shape: &[u8]| {
        bytes.get(from..from + shape.len()).is_some_and(|part| {
            part.iter().zip(shape).all(|(byte, shape)| match shape {
                b'0' => byte.is_ascii_digit(),
                b'T' => matches!(byte, b'T' | b' '),
                _ => byte == shape,
            })
        })
    };
    let is_rest = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b':' | b'.' | b'+' | b'-' | b'Z' | b' ');
    fits(0, b"0000-00-00") && (bytes.len() == 10 || (fits(10, b"T00:00") && bytes[16..].iter().all(is_rest)))
}

/// Returns the text that questions compare with: numbers as the analytics store writes them. Nothing of what is no
/// single value, of empty text, and of what is too long to choose it from a list.
pub(super) fn proposal(value: Json<'_>, kind: Kind) -> Option<Cow<'_, str>> {
    let text = match kind {
        Kind::List | Kind::Object => return None,
        Kind::Number => number(value.get()),
        Kind::Text | Kind::Time | Kind::Boolean => json::scalar(value)?,
    };
    let is_short = text.len() <= VALUE_CHARS || text.chars().count() <= VALUE_CHARS;
    (is_short && !text.is_empty()).then_some(text)
}

fn number(text: &str) -> Cow<'_, str> {
    let is_integer = !text.contains(['.', 'e', 'E']) && text != "-0";
    if is_integer {
        return Cow::Borrowed(text);
    }
    let Ok(number) = text.parse::<f64>() else { return Cow::Borrowed(text) };
    // There is one zero, whatever its sign.
    let number = if number == 0.0 { 0.0 } else { number };
    let size = number.abs();
    let is_plain = size == 0.0 || (1e-6..1e21).contains(&size);
    Cow::Owned(if is_plain { number.to_string() } else { format!("{number:e}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_told_from_the_json() {
        let cases = [
            (r#""pro""#, Some(Kind::Text)),
            (r#""""#, Some(Kind::Text)),
            (r#""12""#, Some(Kind::Text)),
            ("-1.5e3", Some(Kind::Number)),
            ("true", Some(Kind::Boolean)),
            ("null", None),
            ("[1]", Some(Kind::List)),
            (r#"{"a":1}"#, Some(Kind::Object)),
            (r#""2026-03-01""#, Some(Kind::Time)),
            (r#""2026-03-01T10:00""#, Some(Kind::Time)),
            (r#""2026-03-01 10:00:00.123+02:00""#, Some(Kind::Time)),
            (r#""2026-03-01T10:00:00Z""#, Some(Kind::Time)),
            (r#""2026-03-01T""#, Some(Kind::Text)),
            (r#""2026-03-01 or later""#, Some(Kind::Text)),
            (r#""2026-03-1ü""#, Some(Kind::Text)),
        ];
        for (text, expected) in cases {
            assert_eq!(Kind::of(serde_json::from_str(text).unwrap()), expected, "{text}");
        }
    }

    #[test]
    fn proposals_are_what_questions_compare_with() {
        let long = format!("\"{}\"", "ü".repeat(VALUE_CHARS + 1));
        let cases = [
            ("1.10", Some("1.1")),
            ("1e5", Some("100000")),
            ("-0.0", Some("0")),
            ("-0", Some("0")),
            ("11.118521531944147", Some("11.118521531944147")),
            ("18446744073709551615", Some("18446744073709551615")),
            ("1e300", Some("1e300")),
            ("true", Some("true")),
            (r#""1.10""#, Some("1.10")),
            (r#""a\u00fc""#, Some("aü")),
            (r#""""#, None),
            ("[1]", None),
            (long.as_str(), None),
        ];
        for (text, expected) in cases {
            let value: Json<'_> = serde_json::from_str(text).unwrap();
            let kind = Kind::of(value).unwrap();
            assert_eq!(proposal(value, kind).as_deref(), expected, "{text}");
        }
    }
}
