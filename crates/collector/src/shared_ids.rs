//! Ids that stand for nobody in particular: what programs send where they know of nobody.

/// Ids that many people would share, in any case.
const IN_ANY_CASE: [&str; 10] = [
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
];

/// Ids that many people would share, as they are written here.
const AS_WRITTEN: [&str; 6] = ["[object Object]", "NaN", "None", "none", "null", "0"];

/// Bytes of the longest of them, in quotes.
const LONGEST: usize = 19;

/// Tells whether naming this id as somebody's would make one person of thousands.
///
/// Such are blanks, and what programs write where they know of nobody: `undefined`, `null`, `[object Object]` and
/// their like. It is the list that PostHog refuses, too.
pub fn merges_too_many(id: &str) -> bool {
    let id = id.trim();
    if id.len() > LONGEST {
        return false;
    }
    let id = unquoted(id);
    id.is_empty() || AS_WRITTEN.contains(&id) || IN_ANY_CASE.iter().any(|known| known.eq_ignore_ascii_case(id))
}

/// An empty text in quotes, and such a word in quotes, is no better.
fn unquoted(id: &str) -> &str {
    let within = |quote: char| id.strip_prefix(quote).and_then(|id| id.strip_suffix(quote));
    within('"').or_else(|| within('\'')).unwrap_or(id).trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_that_stand_for_nobody_are_known() {
        for id in IN_ANY_CASE {
            assert!(merges_too_many(id) && merges_too_many(&id.to_uppercase()), "{id}");
            assert!(merges_too_many(&format!(" {id}\t")) && merges_too_many(&format!("\"{id}\"")), "{id}");
        }
        for id in AS_WRITTEN {
            assert!(merges_too_many(id) && merges_too_many(&format!("'{id}'")), "{id}");
        }
        for id in ["", "   ", "\n", "''", "\"\"", "\u{a0}"] {
            assert!(merges_too_many(id), "{id:?}");
        }
    }

    #[test]
    fn ids_of_somebody_are_left_alone() {
        let ids = ["00", "1", "NULL", "nan", "NONE", "guest-17", "guests", "anonymous@example.com", "ü", "\"", "'"];
        for id in ids {
            assert!(!merges_too_many(id), "{id}");
        }
        assert!(!merges_too_many(&"0".repeat(200)));
    }

    #[test]
    fn no_id_of_the_list_is_longer_than_what_is_looked_at() {
        assert!(IN_ANY_CASE.iter().chain(&AS_WRITTEN).all(|id| id.len() + 2 <= LONGEST));
        assert!(merges_too_many("not_authenticated") && merges_too_many("\"[object Object]\""));
    }
}
