//! Who is who: which person a distinct id belongs to, after all that was said about it.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use analytics_model::{PersonId, ProjectId};

/// Returns the property in which an event of this name says another id of the same person.
pub(crate) fn property_of_other_id(event: &str) -> Option<&'static str> {
    match event {
        "$identify" | "identify" => Some("$anon_distinct_id"),
        "$create_alias" | "alias" | "$merge_dangerously" => Some("alias"),
        _ => None,
    }
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

    /// Tells whether anybody was merged with anybody.
    pub(crate) fn has_any(&self) -> bool {
        !self.moved.read().unwrap_or_else(PoisonError::into_inner).is_empty()
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
