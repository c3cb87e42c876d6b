//! Which operating system it is: uap-core's answer.

use super::rules::Rules;

/// Returns the system and its version; empty for unknown.
pub(super) fn read(rules: &Rules, text: &str) -> (String, String) {
    let Some(found) = rules.systems.extract(text) else { return Default::default() };
    if found.os == "Other" {
        return Default::default();
    }
    let parts = [&found.major, &found.minor, &found.patch];
    let parts: Vec<&str> =
        parts.into_iter().map_while(|part| part.as_deref()).filter(|part| !part.is_empty()).collect();
    (found.os.into_owned(), parts.join("."))
}
