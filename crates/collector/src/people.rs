//! Who is who: which person a distinct id belongs to, after all that was said about it.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use analytics_model::{PersonId, ProjectId};

/// Ids that whoever has nothing better sends: a merge by one of them would make one person of thousands. Compared
/// without regard to letter case.
const REFUSED: [&str; 10] = [
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
/// The same, compared as they are.
const REFUSED_AS_THEY_ARE: [&str; 6] = ["[object Object]", "NaN", "None", "none", "null", "0"];

/// Tells whether an id is one that many send without meaning the same person: no people are merged by it.
///
/// The list is the one that PostHog publishes in its guide to identifying users.
pub fn merges_too_many(id: &str) -> bool {
    let id = id.trim();
    id.is_empty()
        || REFUSED.iter().any(|refused| refused.eq_ignore_ascii_case(id))
        || REFUSED_AS_THEY_ARE.contains(&id)
        || (id.len() >= 2
            && matches!((id.as_bytes()[0], id.as_bytes()[id.len() - 1]), (b'"', b'"') | (b'\'', b'\''))
            && merges_too_many(&id[1..id.len() - 1]))
}

/// The people that distinct ids were given to, where it is not their own.
///
/// Some 40 bytes for each id that was merged.
#[derive(Debug, Default)]
pub(crate) struct People {
    /// From the person that an id stands for by itself.
    moved: RwLock<HashMap<PersonId, PersonId>>,
}

impl People {
    /// Returns the person a distinct id belongs to.
    pub(crate) fn of(&self, project: ProjectId, distinct_id: &str) -> PersonId {
        self.now(PersonId::of(project, distinct_id))
    }

    /// Returns who a person by itself is now.
    pub(crate) fn now(&self, own: PersonId) -> PersonId {
        self.moved.read().unwrap_or_else(PoisonError::into_inner).get(&own).copied().unwrap_or(own)
    }

    /// Notes who somebody is now.
    pub(crate) fn give(&self, own: PersonId, person: PersonId) {
        let mut moved = self.moved.write().unwrap_or_else(PoisonError::into_inner);
        if own == person {
            moved.remove(&own);
        } else {
            moved.insert(own, person);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_that_nobody_means_are_known() {
        for id in
            ["", "  ", "Anonymous", "GUEST", "undefined", "0", "null", "[object Object]", "\"undefined\"", "'null'"]
        {
            assert!(merges_too_many(id), "{id:?}");
        }
        for id in ["user-17", "Null", "00", "anonymous-7", "ada@example.com", "\""] {
            assert!(!merges_too_many(id), "{id:?}");
        }
    }
}
