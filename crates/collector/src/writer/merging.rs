//! People become one as events say so.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use analytics_model::{EventId, PersonId, ProjectId};
use analytics_store::{Block, Column, Given};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::sayings::{Kind, Saying};
use crate::merges_too_many;
use crate::people::People;
use crate::warnings::{self, Warning, Warnings};

/// A person whose events belong to another.
pub(crate) type Move = (ProjectId, PersonId, PersonId);

/// A saying, whose project it is of, and by which event.
pub(super) struct Said<'a> {
    pub(super) project: ProjectId,
    pub(super) event: Uuid,
    pub(super) at: DateTime<Utc>,
    pub(super) saying: &'a Saying,
}

/// What is known of the people that sayings are about.
#[derive(Default)]
pub(super) struct Known {
    /// The distinct ids of people who have more than their own.
    pub(super) members: HashMap<PersonId, BTreeSet<String>>,
    pub(super) identified: HashSet<PersonId>,
}

/// What came of sayings.
#[derive(Default)]
pub(super) struct Merged {
    overrides: Vec<Given>,
    edges: Vec<Edge>,
    identified: BTreeMap<(ProjectId, PersonId), DateTime<Utc>>,
    pub(super) moves: Vec<Move>,
    pub(super) refused: Vec<RefusedMerge>,
}

/// A merge that is not done, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RefusedMerge {
    pub(super) project: ProjectId,
    pub(super) event: Uuid,
    /// A stable code.
    pub(super) reason: &'static str,
    pub(super) into: String,
    pub(super) from: String,
    kind: Kind,
    at: DateTime<Utc>,
}

/// Two people who became one.
pub(super) struct Union {
    pub(super) project: ProjectId,
    pub(super) from: PersonId,
    pub(super) into: PersonId,
    pub(super) at: DateTime<Utc>,
    /// The ids by which they were found to be one.
    pub(super) ids: [String; 2],
}

/// Both have said who they are.
const ALREADY_IDENTIFIED: &str = "already_identified";

struct Edge {
    project: ProjectId,
    event: Uuid,
    kind: Kind,
    into: (String, PersonId),
    from: (String, PersonId),
    at: DateTime<Utc>,
}

impl Known {
    pub(super) fn add_members(&mut self, given: Vec<Given>) {
        for one in given {
            self.members.entry(one.person_id).or_default().insert(one.user_id);
        }
    }
}

/// Returns the people whose members and past have to be known before sayings are followed.
pub(super) fn asked<'a>(
    sayings: impl Iterator<Item = Said<'a>>,
    people: &People,
) -> BTreeMap<ProjectId, BTreeSet<PersonId>> {
    let mut asked: BTreeMap<ProjectId, BTreeSet<PersonId>> = BTreeMap::new();
    for Said { project, saying, .. } in sayings {
        let Some(from) = &saying.from else { continue };
        let (into, from) = (people.of(project, &saying.into), people.of(project, from));
        if into != from {
            asked.entry(project).or_default().extend([into, from]);
        }
    }
    asked
}

impl Merged {
    /// Follows what is said, in order; `people` learns of it. Versions begin at `version`.
    pub(super) fn of<'a>(
        sayings: impl Iterator<Item = Said<'a>>,
        people: &People,
        mut known: Known,
        mut version: u64,
    ) -> Self {
        let mut merged = Self::default();
        for said in sayings {
            version += 1;
            merged.follow(&said, people, &mut known, version);
        }
        merged
    }

    fn follow(&mut self, said: &Said<'_>, people: &People, known: &mut Known, version: u64) {
        let Saying { kind, into, from, .. } = said.saying;
        if merges_too_many(into) {
            return self.refuse(said, "id_refused", into, from.as_deref().unwrap_or_default());
        }
        let person = people.of(said.project, into);
        if *kind == Kind::Identify {
            known.identified.insert(person);
            self.identified.insert((said.project, person), said.at);
        }
        let Some(from) = from else { return };
        if merges_too_many(from) {
            return self.refuse(said, "id_refused", into, from);
        }
        let other = people.of(said.project, from);
        if other == person {
            return;
        }
        let is_known = |person: &PersonId| known.identified.contains(person);
        match kind {
            Kind::Identify if is_known(&other) => self.refuse(said, ALREADY_IDENTIFIED, into, from),
            // Libraries differ in which of the two ids they name first: who is known already stays.
            Kind::Alias if is_known(&other) && is_known(&person) => self.refuse(said, ALREADY_IDENTIFIED, into, from),
            Kind::Alias if is_known(&other) => self.merge(said, (from, other), (into, person), people, known, version),
            _ => self.merge(said, (into, person), (from, other), people, known, version),
        }
    }

    fn merge(
        &mut self,
        said: &Said<'_>,
        into: (&str, PersonId),
        from: (&str, PersonId),
        people: &People,
        known: &mut Known,
        version: u64,
    ) {
        let project = said.project;
        let mut ids = known.members.remove(&from.1).unwrap_or_default();
        ids.insert(from.0.to_owned());
        let all = known.members.entry(into.1).or_default();
        // The one that stays is noted too, so that who is merged into another later takes all with them.
        all.insert(into.0.to_owned());
        self.overrides.push(Given { project_id: project, user_id: into.0.to_owned(), person_id: into.1, version });
        for id in ids {
            people.give(PersonId::of(project, &id), into.1);
            self.overrides.push(Given { project_id: project, user_id: id.clone(), person_id: into.1, version });
            all.insert(id);
        }
        if known.identified.contains(&from.1) {
            known.identified.insert(into.1);
            self.identified.insert((project, into.1), said.at);
        }
        self.moves.push((project, from.1, into.1));
        self.edges.push(Edge {
            project,
            event: said.event,
            kind: said.saying.kind,
            into: (into.0.to_owned(), into.1),
            from: (from.0.to_owned(), from.1),
            at: said.at,
        });
    }

    fn refuse(&mut self, said: &Said<'_>, reason: &'static str, into: &str, from: &str) {
        if from.is_empty() {
            return;
        }
        let (into, from) = (into.to_owned(), from.to_owned());
        let (kind, at) = (said.saying.kind, said.at);
        self.refused.push(RefusedMerge { project: said.project, event: said.event, reason, into, from, kind, at });
    }

    /// Returns who became whom, in order.
    pub(super) fn unions(&self) -> impl Iterator<Item = Union> {
        self.edges.iter().map(|edge| {
            let Edge { project, at, into, from, .. } = edge;
            let ids = [into.0.clone(), from.0.clone()];
            Union { project: *project, from: from.1, into: into.1, at: *at, ids }
        })
    }

    /// Returns the rows to keep, and the tables they go to.
    pub(super) fn blocks(&self, version: u64) -> Vec<(&'static str, Block)> {
        let mut blocks = Vec::new();
        if !self.overrides.is_empty() {
            let rows = &self.overrides;
            let block = Block::new()
                .column("project_id", Column::Uuid(rows.iter().map(|row| row.project_id.0).collect()))
                .column("user_id", Column::Text(rows.iter().map(|row| row.user_id.as_str()).collect()))
                .column("person_id", Column::Uuid(rows.iter().map(|row| row.person_id.0).collect()))
                .column("version", Column::UInt64(rows.iter().map(|row| row.version).collect()));
            blocks.push(("person_overrides", block));
        }
        if !self.edges.is_empty() {
            blocks.push(("person_merges", edges(&self.edges, version)));
        }
        if !self.identified.is_empty() {
            let block = Block::new()
                .column("project_id", Column::Uuid(self.identified.keys().map(|(project, _)| project.0).collect()))
                .column("person_id", Column::Uuid(self.identified.keys().map(|(_, person)| person.0).collect()))
                .column(
                    "identified_at",
                    Column::Instant(self.identified.values().map(DateTime::timestamp_millis).collect()),
                );
            blocks.push(("identified_people", block));
        }
        blocks.extend(self.warnings().finish());
        blocks
    }
}

impl Merged {
    /// Ids that stand for nobody are warned of with the events they come with.
    fn warnings(&self) -> Warnings {
        let mut warnings = Warnings::default();
        for refused in self.refused.iter().filter(|refused| refused.reason == ALREADY_IDENTIFIED) {
            let RefusedMerge { project, event, at, kind, into, from, .. } = refused;
            warnings.push(Warning {
                kind: warnings::Kind::MERGE_REFUSED,
                project: *project,
                user_id: into.clone(),
                event_name: kind.word().to_owned(),
                event_id: EventId(*event),
                property: String::new(),
                details: format!("“{from}” has said who they are, and so has “{into}”: they stay two people"),
                received_at: *at,
            });
        }
        warnings
    }
}

fn edges(edges: &[Edge], version: u64) -> Block {
    let uuids = |value: fn(&Edge) -> Uuid| Column::Uuid(edges.iter().map(value).collect());
    let texts = |value: fn(&Edge) -> &str| Column::Text(edges.iter().map(value).collect());
    Block::new()
        .column("project_id", uuids(|edge| edge.project.0))
        .column("merge_id", uuids(|edge| edge.event))
        .column("kind", texts(|edge| edge.kind.word()))
        .column("into_user_id", texts(|edge| &edge.into.0))
        .column("from_user_id", texts(|edge| &edge.from.0))
        .column("into_person_id", uuids(|edge| edge.into.1.0))
        .column("from_person_id", uuids(|edge| edge.from.1.0))
        .column("merged_at", Column::Instant(edges.iter().map(|edge| edge.at.timestamp_millis()).collect()))
        .column("version", Column::UInt64(vec![version; edges.len()]))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROJECT: ProjectId = ProjectId(Uuid::from_u128(1));

    fn saying(kind: Kind, into: &str, from: &str) -> Saying {
        Saying { row: 0, kind, into: into.into(), from: Some(from.to_owned()).filter(|from| !from.is_empty()) }
    }

    /// Follows sayings one after the other, as if each came in a chunk of its own.
    fn followed(sayings: &[Saying]) -> (People, Vec<&'static str>) {
        let people = People::default();
        let mut members: HashMap<PersonId, BTreeSet<String>> = HashMap::new();
        let mut identified = HashSet::new();
        let mut refused = Vec::new();
        for (index, saying) in sayings.iter().enumerate() {
            let said =
                Said { project: PROJECT, event: Uuid::from_u128(index as u128), at: DateTime::UNIX_EPOCH, saying };
            let known = Known { members: members.clone(), identified: identified.clone() };
            let merged = Merged::of([said].into_iter(), &people, known, index as u64);
            for given in &merged.overrides {
                members.values_mut().for_each(|ids| {
                    ids.remove(&given.user_id);
                });
                members.entry(given.person_id).or_default().insert(given.user_id.clone());
            }
            identified.extend(merged.identified.keys().map(|(_, person)| *person));
            refused.extend(merged.refused.iter().map(|refused| refused.reason));
        }
        (people, refused)
    }

    fn same(people: &People, ids: &[&str]) -> bool {
        let found: BTreeSet<PersonId> = ids.iter().map(|id| people.of(PROJECT, id)).collect();
        found.len() == 1
    }

    use Kind::{Alias, Identify, Merge};

    #[test]
    fn who_says_their_name_takes_what_they_did_before_with_them() {
        let (people, refused) = followed(&[saying(Identify, "ada", "anon-1"), saying(Identify, "ada", "anon-2")]);
        assert!(same(&people, &["ada", "anon-1", "anon-2"]));
        assert_eq!(people.of(PROJECT, "anon-2"), PersonId::of(PROJECT, "ada"), "the known one stays");
        assert!(refused.is_empty());
    }

    #[test]
    fn two_who_have_said_their_names_stay_two() {
        let (people, refused) = followed(&[
            saying(Identify, "ada", "anon"),
            saying(Identify, "bob", "anon"),
            saying(Identify, "bob", "ada"),
            saying(Identify, "bob", ""),
        ]);
        assert!(same(&people, &["ada", "anon"]) && !same(&people, &["ada", "bob"]));
        assert_eq!(refused, ["already_identified", "already_identified"]);
    }

    #[test]
    fn an_alias_may_be_said_either_way_round() {
        for sayings in [
            [saying(Identify, "ada", ""), saying(Alias, "ada", "anon")],
            [saying(Identify, "ada", ""), saying(Alias, "anon", "ada")],
        ] {
            let (people, refused) = followed(&sayings);
            assert_eq!(people.of(PROJECT, "anon"), PersonId::of(PROJECT, "ada"));
            assert!(refused.is_empty());
        }
        let both = [saying(Identify, "ada", ""), saying(Identify, "bob", ""), saying(Alias, "ada", "bob")];
        assert_eq!(followed(&both).1, ["already_identified"]);
        let (people, _) =
            followed(&[saying(Identify, "ada", ""), saying(Identify, "bob", ""), saying(Merge, "ada", "bob")]);
        assert!(same(&people, &["ada", "bob"]));
    }

    #[test]
    fn who_is_merged_takes_all_their_ids_along() {
        let (people, _) = followed(&[
            saying(Alias, "b", "a"),
            saying(Alias, "c", "b"),
            saying(Alias, "y", "x"),
            saying(Identify, "ada", "x"),
            saying(Merge, "ada", "a"),
        ]);
        assert!(same(&people, &["a", "b", "c", "x", "y", "ada"]));
        assert_eq!(people.of(PROJECT, "a"), PersonId::of(PROJECT, "ada"));
    }

    #[test]
    fn ids_that_nobody_means_merge_nobody() {
        let (people, refused) = followed(&[
            saying(Identify, "undefined", "anon-1"),
            saying(Identify, "ada", "null"),
            saying(Alias, "guest", "ada"),
        ]);
        assert_eq!(refused, ["id_refused"; 3]);
        assert!(!same(&people, &["undefined", "anon-1"]) && !same(&people, &["ada", "null"]));
    }
}
