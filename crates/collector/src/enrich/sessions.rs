//! Sessions of senders that name none: 30 minutes of silence end one, and so do 24 hours.

use std::sync::{Mutex, MutexGuard, PoisonError};

use analytics_model::{PersonId, ProjectId};
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::generations::Generations;

/// A session ends when a person does nothing for this long.
pub const SESSION_SILENCE: TimeDelta = TimeDelta::minutes(30);
/// No session is longer than this.
pub const SESSION_LONGEST: TimeDelta = TimeDelta::hours(24);

/// So many people are remembered at least, at about 150 bytes each.
const PEOPLE: usize = 100_000;
/// Sessions of one person that events out of order may still join.
const RECENT: usize = 4;

const NAMESPACE: Uuid = Uuid::from_u128(0x7261_6469_7869_5365_9373_696f_6e00_0001);

/// The running sessions of the people seen last, by the time of their events.
///
/// Ids are made from project, person and first event, so that the same file read again has the same sessions.
pub(super) struct Sessions {
    known: Mutex<Generations<(ProjectId, PersonId), Vec<Session>>>,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Session {
    pub(super) id: Uuid,
    pub(super) first: DateTime<Utc>,
    pub(super) last: DateTime<Utc>,
}

impl Default for Sessions {
    fn default() -> Self {
        Self { known: Mutex::new(Generations::new(PEOPLE)) }
    }
}

impl Sessions {
    /// Returns the session that an event at this time belongs to.
    pub(super) fn find(&self, project: ProjectId, person: PersonId, at: DateTime<Utc>) -> Uuid {
        let mut known = self.lock();
        let key = (project, person);
        if let Some(sessions) = known.get(&key) {
            if let Some(session) = sessions.iter_mut().rev().find(|session| session.takes(at)) {
                session.first = session.first.min(at);
                session.last = session.last.max(at);
                return session.id;
            }
            let session = Session::new(project, person, at);
            remember(sessions, session);
            return session.id;
        }
        let session = Session::new(project, person, at);
        known.insert(key, vec![session]);
        session.id
    }

    /// Lets a person go on in the session of another who turned out to be the same, unless one of their own is running.
    pub(super) fn carry(&self, project: ProjectId, from: PersonId, into: PersonId, at: DateTime<Utc>) {
        let mut known = self.lock();
        let running = |sessions: &[Session]| sessions.iter().rev().find(|session| session.takes(at)).copied();
        let Some(session) = known.get(&(project, from)).and_then(|sessions| running(sessions)) else { return };
        match known.get(&(project, into)) {
            Some(sessions) if running(sessions).is_some() => {}
            Some(sessions) => remember(sessions, session),
            None => known.insert((project, into), vec![session]),
        }
    }

    /// Lets a session go on that was stored before.
    pub(super) fn recall(&self, project: ProjectId, person: PersonId, session: Session) {
        let mut known = self.lock();
        match known.get(&(project, person)) {
            Some(sessions) => match sessions.iter_mut().find(|one| one.id == session.id) {
                Some(one) => {
                    one.first = one.first.min(session.first);
                    one.last = one.last.max(session.last);
                }
                None => remember(sessions, session),
            },
            None => known.insert((project, person), vec![session]),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Generations<(ProjectId, PersonId), Vec<Session>>> {
        // A panic elsewhere leaves sessions whole: each change is a single assignment.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn remember(sessions: &mut Vec<Session>, session: Session) {
    if sessions.len() == RECENT {
        sessions.remove(0);
    }
    sessions.push(session);
}

impl Session {
    fn new(project: ProjectId, person: PersonId, at: DateTime<Utc>) -> Self {
        let mut name = Vec::with_capacity(40);
        name.extend_from_slice(project.0.as_bytes());
        name.extend_from_slice(person.0.as_bytes());
        name.extend_from_slice(&at.timestamp_millis().to_be_bytes());
        Self { id: Uuid::new_v5(&NAMESPACE, &name), first: at, last: at }
    }

    fn takes(&self, at: DateTime<Utc>) -> bool {
        let is_near = at >= self.first - SESSION_SILENCE && at <= self.last + SESSION_SILENCE;
        is_near && self.last.max(at) - self.first.min(at) <= SESSION_LONGEST
    }
}
