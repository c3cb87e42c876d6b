//! Which events are stored, as far as is remembered.

use std::hash::{BuildHasher, BuildHasherDefault, Hasher, RandomState};

use analytics_model::{EventId, ProjectId};

use crate::generations::Generations;

/// The name of an event in the memory: keyed, so that nobody can make two that collide.
pub(super) type Mark = u64;

/// Two generations of marks.
pub(super) struct KnownIds {
    key: RandomState,
    stored: Generations<Mark, (), Marks>,
    /// Whether what the table holds of the last 24 hours is in `stored`.
    is_complete: bool,
}

impl KnownIds {
    pub(super) fn new(capacity: usize) -> Self {
        Self { key: RandomState::new(), stored: Generations::new(capacity), is_complete: false }
    }

    pub(super) fn key(&self) -> RandomState {
        self.key.clone()
    }

    pub(super) fn mark(&self, project: ProjectId, event: EventId) -> Mark {
        mark_of(&self.key, project, event)
    }

    pub(super) fn is_stored(&self, mark: Mark) -> bool {
        self.stored.contains(&mark)
    }

    /// Tells whether only the table knows if an unremembered event is stored: until what it holds is known.
    pub(super) fn must_ask(&self) -> bool {
        !self.is_complete
    }

    pub(super) fn store(&mut self, mark: Mark) {
        self.stored.insert(mark, ());
    }

    /// Adds what the table holds of the last 24 hours, oldest first.
    pub(super) fn complete(&mut self, marks: Vec<Mark>) {
        // What was stored meanwhile stays the youngest.
        for mark in marks {
            if !self.stored.contains(&mark) {
                self.stored.insert(mark, ());
            }
        }
        self.is_complete = true;
    }
}

/// Returns the mark of an event.
pub(super) fn mark_of(key: &RandomState, project: ProjectId, event: EventId) -> Mark {
    key.hash_one((project.0.as_u128(), event.0.as_u128()))
}

/// Hashes marks.
pub(super) type Marks = BuildHasherDefault<AsItIs>;

/// A mark is a hash already.
#[derive(Default)]
pub(super) struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }
}
