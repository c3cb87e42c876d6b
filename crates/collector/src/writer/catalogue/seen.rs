//! What the events of one block were sent with.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

use analytics_model::ProjectId;
use analytics_store::Block;
use chrono::{DateTime, Utc};

use super::Catalogue;
use super::kind::{Kind, proposal};
use crate::Event;
use crate::delivery::Record;
use crate::json::{self, Entry, Json};
use crate::writer::beside::Observer;

/// Each property of each event is looked up by name: with the standard hasher that alone took a third of the time.
type Quick = foldhash::quality::RandomState;

/// Properties of a project that one block adds; of more the next blocks tell.
const PROPERTIES_A_BLOCK: usize = 2_000;
/// Values of a property, event and block.
const VALUES_A_BLOCK: usize = 50;

/// Whose property it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::writer) enum Source {
    Event,
    Person,
}

impl Source {
    pub(super) const ALL: [Self; 2] = [Self::Event, Self::Person];

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Event => "event",
            Self::Person => "person",
        }
    }
}

/// How often a property had values of which kind, and when.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Seen {
    pub(super) kinds: [u64; 6],
    /// Milliseconds since 1970.
    pub(super) first: i64,
    pub(super) last: i64,
}

impl Seen {
    pub(super) fn is_empty(&self) -> bool {
        self.kinds == [0; 6]
    }

    fn add_one(&mut self, kind: Kind, at: i64) {
        let is_first = self.is_empty();
        self.first = if is_first { at } else { self.first.min(at) };
        self.last = if is_first { at } else { self.last.max(at) };
        self.kinds[kind as usize] += 1;
    }

    pub(super) fn add(&mut self, other: &Self) {
        if other.is_empty() {
            return;
        }
        let is_first = self.is_empty();
        self.first = if is_first { other.first } else { self.first.min(other.first) };
        self.last = if is_first { other.last } else { self.last.max(other.last) };
        self.kinds.iter_mut().zip(other.kinds).for_each(|(count, more)| *count += more);
    }

    /// Returns the kind most values are of.
    pub(super) fn main(&self) -> Option<Kind> {
        Kind::ALL
            .into_iter()
            .rev()
            .filter(|kind| self.kinds[*kind as usize] > 0)
            .max_by_key(|kind| self.kinds[*kind as usize])
    }
}

/// A property of one event, as a block has it.
#[derive(Debug, Default)]
pub(super) struct Property {
    pub(super) seen: Seen,
    /// How often, and when last.
    pub(super) values: HashMap<String, (u64, i64), Quick>,
}

/// Properties by event and name, of events and of people.
pub(super) type Properties = [Named<Named<Property>>; 2];

/// Things by name: found by one look, without a copy of the name.
#[derive(Debug)]
pub(super) struct Named<V> {
    places: HashMap<String, usize, Quick>,
    all: Vec<V>,
}

impl<V> Default for Named<V> {
    fn default() -> Self {
        Self { places: HashMap::default(), all: Vec::new() }
    }
}

impl<V: Default> Named<V> {
    /// Returns what stands under a name; where it is new, only if it may be added.
    pub(super) fn get_or_add(&mut self, name: &str, may_add: impl FnOnce() -> bool) -> Option<&mut V> {
        let place = match self.places.get(name) {
            Some(place) => *place,
            None if may_add() => self.add(name),
            None => return None,
        };
        Some(&mut self.all[place])
    }

    /// Returns what stands under a name, new or not.
    pub(super) fn entry(&mut self, name: &str) -> &mut V {
        let place = self.places.get(name).copied().unwrap_or_else(|| self.add(name));
        &mut self.all[place]
    }

    fn add(&mut self, name: &str) -> usize {
        self.places.insert(name.to_owned(), self.all.len());
        self.all.push(V::default());
        self.all.len() - 1
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = (&str, &mut V)> {
        let mut names: Vec<(&str, usize)> = self.places.iter().map(|(name, place)| (name.as_str(), *place)).collect();
        names.sort_unstable_by_key(|(_, place)| *place);
        names.into_iter().map(|(name, _)| name).zip(&mut self.all)
    }
}

#[derive(Default)]
pub(super) struct OfProject {
    pub(super) properties: Properties,
    count: usize,
}

/// Looks at the events of one block.
pub(in crate::writer) struct Reader {
    catalogue: Arc<Catalogue>,
    pub(super) projects: HashMap<ProjectId, OfProject>,
    /// When the last of the events arrived.
    arrived: DateTime<Utc>,
}

impl Reader {
    pub(in crate::writer) fn new(catalogue: &Arc<Catalogue>) -> Self {
        Self { catalogue: Arc::clone(catalogue), projects: HashMap::new(), arrived: DateTime::UNIX_EPOCH }
    }

    pub(super) fn read(&mut self, project: ProjectId, event: &str, at: i64, properties: &[Entry<'_>]) {
        let OfProject { properties: [of_events, of_people], count } = self.projects.entry(project).or_default();
        let own = of_events.entry(event);
        for (name, value) in properties {
            match name.as_ref() {
                "$set" | "$set_once" => {
                    let set = of_people.entry(event);
                    for (name, value) in json::entries(value.get()) {
                        add(set, count, (&name, value), at);
                    }
                }
                "$unset" => {}
                _ => add(own, count, (name, *value), at),
            }
        }
    }
}

impl Observer for Reader {
    fn see(&mut self, _: &Record<'_>, event: &Event<'_>) {
        self.arrived = self.arrived.max(event.received_at);
        self.read(event.project_id, &event.event_name, event.timestamp.timestamp_millis(), &event.entries);
    }

    fn finish(self: Box<Self>) -> Vec<(&'static str, Block)> {
        let Self { catalogue, projects, arrived } = *self;
        let mut said = catalogue.add(projects, Instant::now());
        said.extend(catalogue.warnings(arrived).finish());
        said
    }
}

/// Adds a property of an event; `count` is how many different ones its project has.
fn add(properties: &mut Named<Property>, count: &mut usize, (name, value): (&str, Json<'_>), at: i64) {
    let Some(kind) = Kind::of(value) else { return };
    let may_add = || {
        *count += 1;
        *count <= PROPERTIES_A_BLOCK
    };
    let Some(property) = properties.get_or_add(name, may_add) else { return };
    property.seen.add_one(kind, at);
    let Some(text) = proposal(value, kind) else { return };
    if let Some((count, last)) = property.values.get_mut(text.as_ref()) {
        *count += 1;
        *last = (*last).max(at);
    } else if property.values.len() < VALUES_A_BLOCK {
        property.values.insert(text.into_owned(), (1, at));
    }
}
