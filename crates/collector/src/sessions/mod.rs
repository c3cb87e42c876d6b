//! Sessions of senders that name none: 30 minutes of silence end one, and so do 24 hours.
//!
//! Which events share a session depends on their times alone, not on the order in which they arrive: an event between
//! two sessions makes one of them, and the later one's events take the other's id.

mod id;
mod memory;
mod walk;

use analytics_model::{PersonId, ProjectId};
use chrono::TimeDelta;
use uuid::Uuid;

pub(crate) use id::{is_one, said};
pub(crate) use memory::Memory;
pub(crate) use walk::{Halves, Placed, place};

/// A session ends when a person does nothing for this long.
pub const SESSION_SILENCE: TimeDelta = TimeDelta::minutes(30);
/// No session is longer than this.
pub const SESSION_LONGEST: TimeDelta = TimeDelta::hours(24);

/// The same in milliseconds, which is what events are counted in.
pub(crate) const SILENCE_MS: i64 = SESSION_SILENCE.num_milliseconds();
pub(crate) const LONGEST_MS: i64 = SESSION_LONGEST.num_milliseconds();

/// Whose sessions they are.
pub(crate) type Owner = (ProjectId, PersonId);

/// A session that no client named; times are milliseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Session {
    pub(crate) id: Uuid,
    /// The first event's time.
    pub(crate) first: i64,
    /// The last event's time.
    pub(crate) last: i64,
}

/// Events of one session that belong to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Change {
    /// The session they were in, as it was.
    pub(crate) from: Session,
    /// Only those after this time.
    pub(crate) after: Option<i64>,
    /// Only those until this time.
    pub(crate) until: Option<i64>,
    /// The session they belong to.
    pub(crate) into: Uuid,
}

/// Puts sessions in order, with those of one id as one.
pub(crate) fn in_order(sessions: impl IntoIterator<Item = Session>) -> Vec<Session> {
    let mut all: Vec<Session> = sessions.into_iter().collect();
    all.sort_unstable_by_key(|session| (session.id, session.first));
    all.dedup_by(|later, earlier| {
        let is_same = later.id == earlier.id;
        if is_same {
            earlier.last = earlier.last.max(later.last);
        }
        is_same
    });
    all.sort_unstable_by_key(|session| (session.first, session.id));
    all
}

#[cfg(test)]
mod tests;
