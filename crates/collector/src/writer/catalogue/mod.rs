//! What is sent, for people who choose from lists: properties with their types, and the values they have.
//!
//! Each block says at once what is new: a property of an event, and the first values of a property. How often known
//! things come is added up here and said once in [`super::Options::catalogue_pause`], and when nothing else is to do:
//! a steady stream must not write the same rows again with every block. So names are never missing, and counts are
//! about right: what was not said yet is lost with the process, and a block that is stored again after a crash may be
//! counted again.
//!
//! Of values the first [`FIRST_VALUES`] of a property are said at once; of others those that come at least twice in
//! between, [`VALUES_AT_ONCE`] at most: an id in every event fills no table. The sweep of the product keeps the most
//! frequent.

mod kind;
mod rows;
mod seen;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};

use analytics_model::{EventId, ProjectId};
use analytics_store::Block;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use self::kind::Kind;
use self::rows::Rows;
pub(super) use self::seen::Reader;
use self::seen::{Named, OfProject, Property, Seen, Source};
use crate::warnings::{self, Warning, Warnings};

/// Values of all projects that wait to be said, roughly.
const MOST_WAITING: usize = 200_000;
/// Properties of a project that are known, each event's for itself; what comes beyond them is not said.
const MOST_PROPERTIES: usize = 10_000;
/// Properties and values remembered of all projects: where there are more, all are forgotten, and said again.
const MOST_REMEMBERED: usize = 400_000;
/// Values of a property that are said as they come.
const FIRST_VALUES: usize = 200;
/// Values of a property that are counted until they are said.
const WAITING_VALUES: usize = 1_000;
/// Values of a property that are said together beyond the first.
const VALUES_AT_ONCE: usize = 50;
/// A property whose type changes again and again is told once in this time.
const CHANGE_PAUSE: Duration = Duration::from_secs(3_600);
/// Changes that wait to be fetched.
const MOST_CHANGES: usize = 1_000;
/// With nothing else to do, what waits is said after this time.
const IDLE: Duration = Duration::from_secs(2);

type Said = Vec<(&'static str, Block)>;

/// What is known, and what of it waits to be said.
pub(super) struct Catalogue {
    memory: Mutex<Memory>,
    pause: Duration,
}

/// Most values of a property are of another type than before.
#[derive(Debug, Clone, PartialEq, Eq)]
struct TypeChange {
    project: ProjectId,
    event: String,
    property: String,
    from: &'static str,
    to: &'static str,
}

#[derive(Default)]
struct Memory {
    projects: HashMap<ProjectId, Known>,
    /// Properties and values that are known.
    remembered: usize,
    /// Values that wait.
    waiting: usize,
    is_waiting: bool,
    said_at: Option<Instant>,
    changes: Vec<TypeChange>,
}

#[derive(Default)]
struct Known {
    properties: [Named<Named<KnownProperty>>; 2],
    values: [Named<KnownValues>; 2],
    count: usize,
}

#[derive(Default)]
struct KnownProperty {
    waiting: Seen,
    main: Option<Kind>,
    changed_at: Option<Instant>,
    is_said: bool,
}

#[derive(Default)]
struct KnownValues {
    said: HashSet<String>,
    waiting: HashMap<String, (u64, i64)>,
}

impl Catalogue {
    pub(super) fn new(pause: Duration) -> Self {
        Self { memory: Mutex::default(), pause }
    }

    /// Adds what a block holds, and returns what is to be said now.
    fn add(&self, projects: HashMap<ProjectId, OfProject>, now: Instant) -> Said {
        let mut memory = self.memory();
        let mut rows = Rows::default();
        for (project, seen) in projects {
            memory.add(project, seen, &mut rows);
        }
        let is_time = memory.said_at.is_none_or(|at| now.saturating_duration_since(at) >= self.pause);
        if is_time || memory.remembered > MOST_REMEMBERED || memory.waiting > MOST_WAITING {
            memory.say_waiting(&mut rows, now);
        }
        rows.finish()
    }

    /// Returns how long to wait with nothing else to do until [`Catalogue::rest`]; nothing where nothing waits.
    pub(super) fn idle(&self) -> Option<Duration> {
        self.memory().is_waiting.then_some(IDLE)
    }

    /// Returns all that waits to be said.
    pub(super) fn rest(&self) -> Said {
        let mut rows = Rows::default();
        self.memory().say_waiting(&mut rows, Instant::now());
        rows.finish()
    }

    /// Forgets everything: what was said last did not arrive, and whatever comes is new again.
    pub(super) fn forget(&self) {
        let mut memory = self.memory();
        let changes = std::mem::take(&mut memory.changes);
        *memory = Memory { changes, ..Memory::default() };
    }

    /// Returns warnings about types that changed since it was called last.
    fn warnings(&self, received_at: DateTime<Utc>) -> Warnings {
        let mut warnings = Warnings::default();
        for TypeChange { project, event, property, from, to } in std::mem::take(&mut self.memory().changes) {
            warnings.push(Warning {
                kind: warnings::Kind::PROPERTY_TYPE_CHANGED,
                project,
                user_id: String::new(),
                event_name: event,
                event_id: EventId(Uuid::nil()),
                property,
                details: format!("most of its values were {from}, now most are {to}"),
                received_at,
            });
        }
        warnings
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        super::lock(&self.memory)
    }
}

impl Memory {
    fn add(&mut self, project: ProjectId, mut seen: OfProject, rows: &mut Rows) {
        let known = self.projects.entry(project).or_default();
        for source in Source::ALL {
            for (event, properties) in seen.properties[source as usize].iter_mut() {
                for (name, property) in properties.iter_mut() {
                    let count = &mut known.count;
                    let entry = known.properties[source as usize].get_or_add(event, || *count < MOST_PROPERTIES);
                    let entry = entry.and_then(|names| {
                        names.get_or_add(name, || {
                            *count += 1;
                            *count <= MOST_PROPERTIES
                        })
                    });
                    let Some(entry) = entry else { continue };
                    entry.waiting.add(&property.seen);
                    if entry.is_said {
                        self.is_waiting = true;
                    } else {
                        self.remembered += 1;
                        entry.is_said = true;
                        entry.main = entry.waiting.main();
                        rows.property((project, source), (event, name), &std::mem::take(&mut entry.waiting));
                    }
                    // A property whose name is known has a place for its values.
                    let values = known.values[source as usize].entry(name);
                    let (said, waiting) = (values.said.len(), values.waiting.len());
                    values.add(property, |value, count| rows.value((project, source), (name, value), count));
                    self.remembered += values.said.len() - said;
                    self.waiting += values.waiting.len() - waiting;
                    self.is_waiting |= !values.waiting.is_empty();
                }
            }
        }
    }

    fn say_waiting(&mut self, rows: &mut Rows, now: Instant) {
        for (project, known) in &mut self.projects {
            for source in Source::ALL {
                for (event, names) in known.properties[source as usize].iter_mut() {
                    for (name, entry) in names.iter_mut().filter(|(_, entry)| !entry.waiting.is_empty()) {
                        let waiting = std::mem::take(&mut entry.waiting);
                        rows.property((*project, source), (event, name), &waiting);
                        let Some((from, to)) = entry.change(&waiting, now) else { continue };
                        if source == Source::Event && self.changes.len() < MOST_CHANGES {
                            let (event, property) = (event.to_owned(), name.to_owned());
                            self.changes.push(TypeChange { project: *project, event, property, from, to });
                        }
                    }
                }
                for (name, values) in known.values[source as usize].iter_mut() {
                    values.say_waiting(|value, count| rows.value((*project, source), (name, value), count));
                }
            }
        }
        if self.remembered > MOST_REMEMBERED {
            self.projects.clear();
            self.remembered = 0;
        }
        self.waiting = 0;
        self.is_waiting = false;
        self.said_at = Some(now);
    }
}

impl KnownProperty {
    /// Tells whether most of these values are of another kind than most were before.
    fn change(&mut self, seen: &Seen, now: Instant) -> Option<(&'static str, &'static str)> {
        let main = seen.main()?;
        let before = self.main.replace(main)?;
        let is_told = self.changed_at.is_some_and(|at| now.saturating_duration_since(at) < CHANGE_PAUSE);
        if before == main || is_told {
            return None;
        }
        self.changed_at = Some(now);
        Some((before.word(), main.word()))
    }
}

impl KnownValues {
    /// Says values that are new, while there are few; counts the others.
    fn add(&mut self, property: &mut Property, mut say: impl FnMut(&str, (u64, i64))) {
        for (value, (count, last)) in property.values.drain() {
            if self.said.len() < FIRST_VALUES && !self.said.contains(&value) {
                say(&value, (count, last));
                self.said.insert(value);
            } else if let Some(waiting) = self.waiting.get_mut(&value) {
                *waiting = (waiting.0 + count, waiting.1.max(last));
            } else if self.waiting.len() < WAITING_VALUES {
                self.waiting.insert(value, (count, last));
            }
        }
    }

    fn say_waiting(&mut self, mut say: impl FnMut(&str, (u64, i64))) {
        let (known, mut others): (Vec<_>, Vec<_>) =
            self.waiting.drain().partition(|(value, _)| self.said.contains(value));
        others.retain(|(_, (count, _))| *count > 1);
        others.sort_unstable_by(|(value, count), (other, others)| others.cmp(count).then_with(|| value.cmp(other)));
        others.truncate(VALUES_AT_ONCE);
        known.iter().chain(&others).for_each(|(value, count)| say(value, *count));
    }
}
