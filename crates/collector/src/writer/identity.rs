//! Follows what events say about who is who: before they are stored, so that they are stored under the right person,
//! and after, for the events that are there already.

use std::collections::BTreeMap;
use std::time::Duration;

use analytics_model::{PersonId, ProjectId};
use tokio::time::Instant;

use super::drain::{Drainer, Stopped};
use super::merging::{Known, Merged, Move, Said, asked};
use super::panicked::caught;
use super::plan::Plan;
use super::table::Table;

/// How often other servers' merges are asked for, while there is something to store.
const ASKED_EVERY: Duration = Duration::from_secs(5);
/// Versions are times of the servers that wrote them: what another wrote in these microseconds may come later.
const OVERLAP: u64 = 60_000_000;
/// How often events are given to other people: each time all of a project's are looked at.
const MOVED_EVERY: Duration = Duration::from_secs(5);
/// How many people's events are moved at once.
const MOVES: usize = 1_000;

/// What a drainer knows of other servers' merges, and what it has to do yet.
#[derive(Default)]
pub(super) struct Identity {
    /// The highest version that was read.
    version: Option<u64>,
    asked: Option<Instant>,
    moved: Option<Instant>,
}

impl<T: Table> Drainer<T> {
    /// Learns who is who by now: all of it first, and who is in a session; later what is new.
    pub(super) async fn learn(&mut self) -> Result<(), Stopped> {
        if self.identity.asked.is_some_and(|asked| asked.elapsed() < ASKED_EVERY) {
            return Ok(());
        }
        let since = self.identity.version.unwrap_or_default().saturating_sub(OVERLAP);
        for one in self.answered(|| self.table.given_since(since)).await? {
            self.enricher.people().give(PersonId::of(one.project_id, &one.user_id), one.person_id);
            self.identity.version = self.identity.version.max(Some(one.version));
        }
        if self.identity.asked.is_none() {
            self.recall_sessions().await?;
        }
        self.identity.asked = Some(Instant::now());
        Ok(())
    }

    /// Follows what the rows of a chunk say.
    pub(super) async fn follow(&mut self, plan: &Plan, rows: &[usize]) -> Result<(Merged, u64), Stopped> {
        let version = self.next_version(plan);
        let is_new = |row: &usize| rows.binary_search(row).is_ok();
        if !plan.sayings.iter().any(|saying| is_new(&saying.row)) {
            return Ok((Merged::default(), version));
        }
        let sayings = || {
            plan.sayings.iter().filter(|saying| is_new(&saying.row)).map(|saying| {
                let row = &plan.rows[saying.row];
                Said { project: plan.project(row), event: row.id.0, at: row.time, saying }
            })
        };
        let mut known = Known::default();
        for (project, people) in asked(sayings(), self.enricher.people()) {
            let people: Vec<PersonId> = people.into_iter().collect();
            let (members, identified) = self.past(project, &people).await?;
            known.add_members(members);
            known.identified.extend(identified);
        }
        let merged = caught(|| Merged::of(sayings(), self.enricher.people(), known, version));
        let merged = merged.unwrap_or_else(|panicked| {
            tracing::error!(%panicked, "what events say of people is not followed");
            Merged::default()
        });
        for refused in &merged.refused {
            tracing::debug!(?refused, "people were not merged");
        }
        Ok((merged, version))
    }

    async fn past(
        &self,
        project: ProjectId,
        people: &[PersonId],
    ) -> Result<(Vec<analytics_store::Given>, Vec<PersonId>), Stopped> {
        let members = self.answered(|| self.table.given_to(project, people)).await?;
        Ok((members, self.answered(|| self.table.identified(project, people)).await?))
    }

    /// Returns when events are to be given to other people next; none where none are.
    pub(super) fn moves_due(&self) -> Option<Instant> {
        (!self.cursor.moves.is_empty())
            .then(|| self.identity.moved.map_or_else(Instant::now, |moved| moved + MOVED_EVERY))
    }

    /// Gives the events of merged people to who they are now, if that is due. What fails is tried again.
    pub(super) async fn give_events(&mut self) {
        if self.moves_due().is_none_or(|due| Instant::now() < due) {
            return;
        }
        let moves: Vec<Move> = self.cursor.moves.iter().take(MOVES).copied().collect();
        let mut of_projects: BTreeMap<ProjectId, Vec<(PersonId, PersonId)>> = BTreeMap::new();
        for (project, from, _) in &moves {
            // Who was merged into somebody that was merged since belongs to the last of them.
            let pairs = of_projects.entry(*project).or_default();
            let into = last(&self.cursor.moves, *project, *from);
            if !pairs.contains(&(*from, into)) {
                pairs.push((*from, into));
            }
        }
        let mut is_done = true;
        for (project, pairs) in of_projects {
            if let Err(error) = self.table.move_people(project, &pairs).await {
                tracing::warn!(%error, "the events of merged people are not theirs yet");
                is_done = false;
            }
        }
        self.identity.moved = Some(Instant::now());
        if is_done {
            self.cursor.moves.drain(..moves.len());
            self.note().await;
        }
    }

    /// Versions are microseconds since 1970, and never the same twice.
    fn next_version(&mut self, plan: &Plan) -> u64 {
        let arrived = plan.deliveries.last().map(|delivery| delivery.received_at.timestamp_micros());
        let arrived = u64::try_from(arrived.unwrap_or_default()).unwrap_or_default();
        let version = arrived.max(self.identity.version.unwrap_or_default() + 1);
        // Each merge of a chunk has one of its own.
        self.identity.version = Some(version + plan.sayings.len() as u64);
        version
    }
}

fn last(moves: &[Move], project: ProjectId, from: PersonId) -> PersonId {
    let mut person = from;
    // A person is merged into another once; after an undoing the ring ends where all were followed.
    for _ in 0..moves.len() {
        match moves.iter().rev().find(|(of, before, _)| *of == project && *before == person) {
            Some((_, _, after)) if *after != from => person = *after,
            _ => break,
        }
    }
    person
}
