//! The sessions of the people seen last: most events need no look at the table.

use std::collections::HashMap;

use analytics_model::ProjectId;
use analytics_store::RunningSession;

use super::{Owner, Session, in_order};

/// So many people are remembered at least, at about 150 bytes each.
const PEOPLE: usize = 100_000;
/// Sessions of one person that are remembered; with more, some of them far ahead of now, the table is asked.
const SESSIONS: usize = 64;
/// Sessions that ended longer before the last arrival are not remembered: events that late are rare.
const KEPT_MS: i64 = 6 * 60 * 60 * 1_000;
/// Nothing further ahead of the last arrival is waited for.
const AHEAD_MS: i64 = 60 * 60 * 1_000;

/// Knows every session that ended after some time, which differs by project.
#[derive(Debug)]
pub(crate) struct Memory {
    young: HashMap<Owner, Person>,
    old: HashMap<Owner, Person>,
    /// From here on everything is known; before anything was recalled, nothing is.
    since: i64,
    /// Where people were forgotten, from here on.
    of_projects: HashMap<ProjectId, i64>,
    /// The last arrival.
    now: i64,
    people: usize,
}

#[derive(Debug, Clone, Default)]
struct Person {
    sessions: Vec<Session>,
    /// Whether some of the person's were too many to remember.
    is_partial: bool,
}

impl Default for Memory {
    fn default() -> Self {
        Self::of(PEOPLE)
    }
}

impl Memory {
    pub(super) fn of(people: usize) -> Self {
        Self {
            young: HashMap::default(),
            old: HashMap::default(),
            since: i64::MAX,
            of_projects: HashMap::default(),
            now: 0,
            people,
        }
    }

    /// Learns of all sessions that ended at or after `since`.
    pub(crate) fn recall(&mut self, since: i64, running: Vec<(Owner, Session)>) {
        for (owner, session) in running {
            let mut sessions = self.sessions(owner).to_vec();
            sessions.push(session);
            self.put(owner, in_order(sessions));
        }
        self.since = self.since.min(since);
    }

    /// Notes that events arrived at this time.
    pub(crate) fn arrived(&mut self, now: i64) {
        self.now = self.now.max(now);
        if self.since != i64::MAX {
            self.since = self.since.max(self.now - KEPT_MS);
        }
    }

    /// Tells whether all sessions of a person are known that ended at or after a time.
    pub(crate) fn knows(&self, owner: Owner, since: i64) -> bool {
        let from = self.of_projects.get(&owner.0).map_or(self.since, |own| self.since.max(*own));
        since >= from && !self.find(owner).is_some_and(|person| person.is_partial)
    }

    /// Returns what is remembered of a person's sessions, in order.
    pub(crate) fn sessions(&self, owner: Owner) -> &[Session] {
        self.find(owner).map_or(&[], |person| &person.sessions)
    }

    /// Remembers the sessions a person has now, those that are not over for long.
    pub(crate) fn put(&mut self, owner: Owner, mut sessions: Vec<Session>) {
        let from = self.now - KEPT_MS;
        sessions.retain(|session| session.last >= from);
        let old = self.old.remove(&owner);
        let is_known = old.is_some() || self.young.contains_key(&owner);
        if sessions.is_empty() {
            if is_known {
                self.young.remove(&owner);
            }
            return;
        }
        let is_partial = sessions.len() > SESSIONS;
        sessions.truncate(SESSIONS);
        if self.young.len() >= self.people && !self.young.contains_key(&owner) {
            self.forget();
        }
        self.young.insert(owner, Person { sessions, is_partial });
    }

    /// Forgets those who were not seen for longest.
    fn forget(&mut self) {
        let forgotten = std::mem::replace(&mut self.old, std::mem::take(&mut self.young));
        let latest = self.now + AHEAD_MS;
        for ((project, _), person) in forgotten {
            let ends = person.sessions.iter().map(|session| session.last);
            let Some(last) = ends.max() else { continue };
            let from = self.of_projects.entry(project).or_insert(i64::MIN);
            *from = (*from).max(last.min(latest) + 1);
        }
    }

    fn find(&self, owner: Owner) -> Option<&Person> {
        self.young.get(&owner).or_else(|| self.old.get(&owner))
    }
}

impl From<&RunningSession> for Session {
    fn from(running: &RunningSession) -> Self {
        let (first, last) = (running.started_at.timestamp_millis(), running.ended_at.timestamp_millis());
        Self { id: running.session_id, first, last }
    }
}
