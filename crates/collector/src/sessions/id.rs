//! What a client may call its session.

use std::borrow::Cow;

use crate::{limits, merges_too_many};

/// Returns the session that an event names: in its field, else in its property `$session_id`.
pub(crate) fn said<'a>(field: Option<&'a str>, property: Option<Cow<'a, str>>) -> Option<Cow<'a, str>> {
    let field = field.map(Cow::Borrowed).and_then(usable);
    field.or_else(|| property.and_then(usable))
}

/// Tells whether a text names a session.
///
/// Blanks, control characters, what is longer than an id may be, and what programs write where they know of none
/// (`null`, `undefined` and their like) would make one session of many, or one that can't be asked for.
pub(crate) fn is_one(text: &str) -> bool {
    let text = text.trim();
    let is_too_long = text.len() > limits::ID_CHARS && text.chars().count() > limits::ID_CHARS;
    !is_too_long && !text.chars().any(is_unseen) && !merges_too_many(text)
}

/// Characters that nobody sees: a text of these alone looks empty.
fn is_unseen(char: char) -> bool {
    char.is_control()
        || matches!(char, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

fn usable(text: Cow<'_, str>) -> Option<Cow<'_, str>> {
    if !is_one(&text) {
        return None;
    }
    match text {
        Cow::Borrowed(text) => Some(Cow::Borrowed(text.trim())),
        Cow::Owned(text) => Some(Cow::Owned(text.trim().to_owned())),
    }
}
