//! Texts as columns take them.

use std::borrow::Cow;

/// Cuts a text to so many characters, and takes out those that can't be seen.
pub(crate) fn clean(text: &str, chars: usize) -> Cow<'_, str> {
    let is_fine = text.len() <= chars && !text.bytes().any(|byte| byte < 0x20 || byte == 0x7f);
    if is_fine {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().filter(|char| !char.is_control()).take(chars).collect())
}
