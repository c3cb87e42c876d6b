//! Which session each event of a person belongs to, given the sessions that are known.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::{Change, LONGEST_MS, Owner, SILENCE_MS, Session, in_order};

const NAMESPACE: Uuid = Uuid::from_u128(0x7261_6469_7869_5365_9373_696f_6e00_0001);

/// Where events belong.
#[derive(Debug, Default)]
pub(crate) struct Placed {
    /// The sessions there are now, in order.
    pub(crate) sessions: Vec<Session>,
    /// What that changes for events that are stored.
    pub(crate) changes: Vec<Change>,
    /// The session of each time.
    pub(crate) of_times: Vec<Uuid>,
}

/// A session that 24 hours end in its midst, and when: its events have to be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Cut {
    pub(crate) session: Uuid,
    /// The last moment that still belongs to the first half.
    pub(crate) at: i64,
}

/// The events of a session on both sides of a cut; none where there are none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Halves {
    /// The last until the cut.
    pub(crate) last: Option<i64>,
    /// The first after it.
    pub(crate) first: Option<i64>,
}

/// Finds the session of each time; `times` are in order, and so are the sessions. Fails where a session has to be cut
/// whose events `halves` does not tell.
///
/// It goes through sessions and times together, by when they begin. What begins within 30 minutes of what came before,
/// and within 24 hours of the session's first event, belongs to the same session.
pub(crate) fn place(
    owner: Owner,
    known: &[Session],
    times: &[i64],
    halves: &HashMap<Cut, Halves>,
) -> Result<Placed, Cut> {
    let known_ids = known.iter().map(|session| session.id).collect();
    let mut walk = Walk { owner, halves, known_ids, taken: HashSet::new(), placed: Placed::default(), open: None };
    walk.placed.of_times = vec![Uuid::nil(); times.len()];
    // From the end: what is left of a session that was cut comes back into its place.
    let mut waiting: Vec<Part> = known.iter().map(Part::whole).collect();
    waiting.extend(times.iter().enumerate().map(|(number, time)| Part::of_time(number, *time)));
    waiting.sort_by_key(|part| std::cmp::Reverse(part.order()));
    while let Some(part) = waiting.pop() {
        if let Some(rest) = walk.take(part)? {
            let place = waiting.partition_point(|other| other.order() > rest.order());
            waiting.insert(place, rest);
        }
    }
    walk.close();
    walk.placed.sessions = in_order(std::mem::take(&mut walk.placed.sessions));
    Ok(walk.placed)
}

/// A session or what is left of it, or an event.
#[derive(Clone, Copy)]
struct Part {
    first: i64,
    last: i64,
    what: What,
}

#[derive(Clone, Copy)]
enum What {
    Time(usize),
    Session { whole: Session, after: Option<i64> },
}

struct Walk<'a> {
    owner: Owner,
    halves: &'a HashMap<Cut, Halves>,
    known_ids: HashSet<Uuid>,
    /// Ids that sessions have by now.
    taken: HashSet<Uuid>,
    placed: Placed,
    open: Option<Open>,
}

/// The session that is being put together.
struct Open {
    first: i64,
    last: i64,
    times: Vec<usize>,
    parts: Vec<(Session, Option<i64>, Option<i64>)>,
}

impl Part {
    fn whole(session: &Session) -> Self {
        Self { first: session.first, last: session.last, what: What::Session { whole: *session, after: None } }
    }

    fn of_time(number: usize, time: i64) -> Self {
        Self { first: time, last: time, what: What::Time(number) }
    }

    fn order(&self) -> (i64, bool, Uuid) {
        match self.what {
            What::Session { whole, .. } => (self.first, false, whole.id),
            What::Time(_) => (self.first, true, Uuid::nil()),
        }
    }
}

impl Walk<'_> {
    /// Adds a part to the session it belongs to, and returns what is left of it for the next.
    fn take(&mut self, part: Part) -> Result<Option<Part>, Cut> {
        let goes_on = |open: &Open| part.first - open.last <= SILENCE_MS && part.first - open.first <= LONGEST_MS;
        if !self.open.as_ref().is_some_and(goes_on) {
            self.close();
        }
        let begun = Open { first: part.first, last: part.first, times: Vec::new(), parts: Vec::new() };
        let open = self.open.get_or_insert(begun);
        let (whole, after) = match part.what {
            What::Time(number) => {
                open.times.push(number);
                open.last = open.last.max(part.last);
                return Ok(None);
            }
            What::Session { whole, after } => (whole, after),
        };
        let end = open.first + LONGEST_MS;
        if part.last <= end {
            open.last = open.last.max(part.last);
            open.parts.push((whole, after, None));
            return Ok(None);
        }
        let cut = Cut { session: whole.id, at: end };
        let halves = self.halves.get(&cut).ok_or(cut)?;
        open.last = open.last.max(halves.last.unwrap_or(part.first));
        open.parts.push((whole, after, Some(end)));
        // Where the store has none after all, there is nothing left to place.
        Ok(halves.first.map(|first| Part {
            first,
            last: part.last.max(first),
            what: What::Session { whole, after: Some(end) },
        }))
    }

    /// Ends the session: it has the id of the earliest that it is made of, unless one before it has that.
    fn close(&mut self) {
        let Some(open) = self.open.take() else { return };
        let of_part = open.parts.iter().map(|(session, ..)| session.id).find(|id| !self.taken.contains(id));
        let id = of_part.unwrap_or_else(|| self.new_id(open.first));
        self.taken.insert(id);
        for number in open.times {
            self.placed.of_times[number] = id;
        }
        for (from, after, until) in open.parts {
            if from.id != id {
                self.placed.changes.push(Change { from, after, until, into: id });
            }
        }
        self.placed.sessions.push(Session { id, first: open.first, last: open.last });
    }

    /// Made from project, person and first event, so that the same file read again has the same sessions.
    fn new_id(&self, first: i64) -> Uuid {
        let (project, person) = self.owner;
        let mut name = Vec::with_capacity(48);
        name.extend_from_slice(project.0.as_bytes());
        name.extend_from_slice(person.0.as_bytes());
        name.extend_from_slice(&first.to_be_bytes());
        loop {
            let id = Uuid::new_v5(&NAMESPACE, &name);
            if !(self.taken.contains(&id) || self.known_ids.contains(&id)) {
                return id;
            }
            // A session that began with this event goes on under the id, but begins earlier now.
            name.push(b'+');
        }
    }
}
