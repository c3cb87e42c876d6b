//! Ids that stand for nobody in particular: what programs send where they know of nobody.

/// Ids that many people would share, in any case.
const NOBODYS: [&str; 46] = [
    "anonymous",
    "anonymoususer",
    "anonymous_user",
    "anonymous user",
    "guest",
    "nobody",
    "unknown",
    "not_authenticated",
    "unauthenticated",
    "distinctid",
    "distinct_id",
    "distinct id",
    "userid",
    "user_id",
    "user id",
    "id",
    "email",
    "undefined",
    "(undefined)",
    "true",
    "false",
    "null",
    "(null)",
    "<null>",
    "[null]",
    "nil",
    "(nil)",
    "<nil>",
    "none",
    "(none)",
    "<none>",
    "nan",
    "n/a",
    "na",
    "not set",
    "(not set)",
    "[object object]",
    "object object",
    "[object undefined]",
    "[object null]",
    "{}",
    "[]",
    "-",
    "0",
    "-1",
    // What a version of Android told of itself on every device.
    "9774d56d682e549c",
];

/// Nothing longer is looked at: it is somebody's.
const LONGEST: usize = 64;

/// Digits of a UUID.
const UUID_DIGITS: usize = 32;

/// Tells whether naming this id as somebody's would make one person of thousands.
///
/// Such are blanks, and what programs write where they know of nobody: `undefined`, `NULL`, `[object Object]`, a UUID of
/// zeros and their like. All that PostHog refuses is among it.
pub fn merges_too_many(id: &str) -> bool {
    let id = id.trim();
    if id.len() > LONGEST {
        return false;
    }
    let id = unquoted(id);
    id.is_empty() || NOBODYS.iter().any(|known| known.eq_ignore_ascii_case(id)) || is_empty_uuid(id) || is_unfilled(id)
}

/// An empty text in quotes, and such a word in quotes, is no better, however often it was quoted.
fn unquoted(mut id: &str) -> &str {
    loop {
        let within = |quote: char| id.strip_prefix(quote).and_then(|id| id.strip_suffix(quote));
        match within('"').or_else(|| within('\'')).or_else(|| within('`')) {
            Some(inner) => id = inner.trim(),
            None => return id,
        }
    }
}

/// The first and the last of all UUIDs, in any of their writings: with dashes or without, in braces, as a URN.
fn is_empty_uuid(id: &str) -> bool {
    let is_prefixed = id.get(..9).is_some_and(|start| start.eq_ignore_ascii_case("urn:uuid:"));
    let id = if is_prefixed { &id[9..] } else { id };
    let within = |open: char, close: char| id.strip_prefix(open).and_then(|id| id.strip_suffix(close));
    let id = within('{', '}').or_else(|| within('(', ')')).unwrap_or(id);
    let mut digits = id.bytes().filter(|byte| *byte != b'-');
    let Some(first) = digits.next().filter(|first| matches!(first, b'0' | b'f' | b'F')) else { return false };
    let mut count = 1;
    for digit in digits {
        if !digit.eq_ignore_ascii_case(&first) {
            return false;
        }
        count += 1;
    }
    count == UUID_DIGITS
}

/// A template that nobody filled in: `{{user.id}}`, `${userId}`, `%USER_ID%`, `<%= id %>`.
fn is_unfilled(id: &str) -> bool {
    [("{{", "}}"), ("${", "}"), ("#{", "}"), ("<%", "%>"), ("%%", "%%"), ("[[", "]]")]
        .iter()
        .any(|(open, close)| id.len() > open.len() + close.len() && id.starts_with(open) && id.ends_with(close))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_that_stand_for_nobody_are_known() {
        for id in NOBODYS {
            assert!(merges_too_many(id) && merges_too_many(&id.to_uppercase()), "{id}");
            assert!(merges_too_many(&format!(" {id}\t")) && merges_too_many(&format!("\"{id}\"")), "{id}");
            assert!(merges_too_many(&format!("'{id}'")) && merges_too_many(&format!("\"'{id}'\"")), "{id}");
        }
        for id in ["", "   ", "\n", "''", "\"\"", "\u{a0}", "{{user_id}}", "${userId}", "<%= id %>"] {
            assert!(merges_too_many(id), "{id:?}");
        }
    }

    #[test]
    fn what_posthog_refuses_is_refused() {
        let refused = [
            "anonymous",
            "guest",
            "distinctid",
            "distinct_id",
            "id",
            "not_authenticated",
            "email",
            "undefined",
            "true",
            "false",
            "[object Object]",
            "NaN",
            "None",
            "none",
            "null",
            "0",
            "NULL",
            "Null",
            "(NULL)",
            "Nil",
        ];
        assert!(refused.iter().all(|id| merges_too_many(id)));
    }

    #[test]
    fn the_uuid_of_zeros_is_known_in_all_its_writings() {
        let zeros = [
            "00000000-0000-0000-0000-000000000000",
            "00000000000000000000000000000000",
            "{00000000-0000-0000-0000-000000000000}",
            "(00000000-0000-0000-0000-000000000000)",
            "urn:uuid:00000000-0000-0000-0000-000000000000",
            "URN:UUID:00000000-0000-0000-0000-000000000000",
            "ffffffff-ffff-ffff-ffff-ffffffffffff",
            "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF",
        ];
        assert!(zeros.iter().all(|id| merges_too_many(id)), "{zeros:?}");
        for id in ["00000000-0000-0000-0000-000000000001", "0000000000000000", "ffffffff", "urn:uuid:", "urn:uuid:0"] {
            assert!(!merges_too_many(id), "{id}");
        }
    }

    #[test]
    fn ids_of_somebody_are_left_alone() {
        let ids = [
            "00",
            "1",
            "guest-17",
            "guests",
            "anonymous@example.com",
            "ü",
            "\"",
            "'",
            "nullius",
            "nils",
            "id-1",
            "{a}",
            "${",
            "na-1",
            "Nora",
            "unknown@example.com",
        ];
        for id in ids {
            assert!(!merges_too_many(id), "{id}");
        }
        assert!(!merges_too_many(&"0".repeat(200)));
    }
}
