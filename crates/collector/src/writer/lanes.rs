//! Whose turn it is. Events are stored as they came, whosever they are; but a project that needs more than its share of
//! a turn falls behind: what it sent is passed over, and stored in turns of its own, between those of the others.
//!
//! Two things make a turn long. Much of one project's while others wait, and events of many months: each month is a
//! part on disk, in each table. The first is shared out as the spool is read, the second when it is planned.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use analytics_model::ProjectId;

use super::drain::{Drainer, Stopped};
use super::plan::Plan;
use super::table::Table;
use crate::delivery::Label;
use crate::spool::{Behind, Chunk, Cursor, Held, Most, Position, Storing};

/// How many blocks are read at once where much waits: one is made while another is stored.
const BLOCKS_A_CHUNK: usize = 2;

/// Whose events a chunk holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lane {
    /// Those of all who are not behind.
    All,
    /// Those of one project that is.
    Of(ProjectId),
}

/// Shares a chunk out among those who wait.
struct Sharing {
    cursor: Cursor,
    held: Held,
    /// What a project gets of a chunk while others wait.
    most: Most,
    /// Bytes and events each got.
    taken: HashMap<ProjectId, (usize, u64)>,
    all_events: u64,
    fell_behind: Vec<Behind>,
}

impl Sharing {
    fn pick(&mut self, position: Position, label: Label) -> Option<u64> {
        let Label { project, events, bytes, .. } = label;
        let fell_now = self.fell_behind.iter().any(|behind| behind.project == project);
        if fell_now || self.cursor.is_behind(project, position) {
            return None;
        }
        let (own_bytes, own_events) = self.taken.get(&project).copied().unwrap_or_default();
        let is_much = own_events + events > self.most.events || own_bytes + bytes > self.most.bytes;
        let others_wait = self.held.events_of_others(project) > self.all_events - own_events;
        if own_events > 0 && is_much && others_wait {
            self.fell_behind.push(Behind { project, from: position });
            return None;
        }
        self.taken.insert(project, (own_bytes + bytes, own_events + events));
        self.all_events += events;
        Some(events)
    }
}

impl<T: Table> Drainer<T> {
    /// Counts what an earlier run has left in the spool.
    pub(super) async fn take_stock(&mut self) -> Result<(), Stopped> {
        if self.shared.has_stock.swap(true, Ordering::Relaxed) {
            return Ok(());
        }
        let (cursor, until) = (self.cursor.clone(), self.shared.begin);
        let held = self.with_reader(move |reader| reader.take_stock(&cursor, until)).await?;
        self.shared.spool.hold(held);
        Ok(())
    }

    /// Returns whose turn is next: everybody's after one project's, and theirs in a ring.
    pub(super) fn next_lane(&mut self) -> Lane {
        let has_news = self.cursor.settled < *self.durable.borrow_and_update();
        let behind = &self.cursor.behind;
        // A segment stays until the last of its frames is done with: once they take much room, the oldest go first.
        let is_tight = self.shared.spool.bytes() > self.shared.spool_limit_bytes / 2;
        let next = if is_tight { behind.iter().min_by_key(|behind| behind.from) } else { behind.first() };
        self.lane = match next {
            None => Lane::All,
            Some(_) if has_news && !is_tight && self.lane != Lane::All => Lane::All,
            Some(behind) => Lane::Of(behind.project),
        };
        self.lane
    }

    /// Lets others have a turn in the middle of a long one of a project that is behind.
    pub(super) fn others_first(&mut self) -> Pin<Box<dyn Future<Output = Result<(), Stopped>> + Send + '_>> {
        Box::pin(async move {
            if self.cursor.settled < *self.durable.borrow_and_update() {
                self.turn(Lane::All).await?;
            }
            Ok(())
        })
    }

    /// Reads what is to be stored next.
    pub(super) async fn read(&mut self, lane: Lane) -> Result<Chunk, Stopped> {
        let most = Most {
            // As rows they take more than as they came: that makes more than one block.
            bytes: self.options.block_bytes,
            events: (self.options.block_rows * BLOCKS_A_CHUNK) as u64,
        };
        let durable = *self.durable.borrow_and_update();
        let (from, until) = self.bounds(lane, durable);
        if let Lane::Of(project) = lane {
            return self.with_reader(move |reader| reader.read(from, until, most, of(project))).await;
        }
        let share = Most { bytes: most.bytes / 2, events: most.events / 2 };
        let (cursor, held) = (self.cursor.clone(), self.shared.spool.held());
        let work = move |reader: &mut crate::spool::Reader| {
            let (cursor, held, taken) = (cursor.clone(), held.clone(), HashMap::new());
            let mut sharing = Sharing { cursor, held, most: share, taken, all_events: 0, fell_behind: Vec::new() };
            let chunk = reader.read(from, until, most, |position, label| sharing.pick(position, label))?;
            Ok((chunk, sharing.fell_behind))
        };
        let (chunk, fell_behind) = self.with_reader(work).await?;
        for behind in fell_behind {
            self.falls_behind(behind);
        }
        Ok(chunk)
    }

    /// Reads what was being stored when the last run ended.
    pub(super) async fn read_again(&mut self, lane: Lane, until: Position) -> Result<(Arc<Chunk>, Plan), Stopped> {
        let all = Most { bytes: usize::MAX, events: u64::MAX };
        let (from, until) = self.bounds(lane, until);
        let cursor = self.cursor.clone();
        let work = move |reader: &mut crate::spool::Reader| match lane {
            Lane::Of(project) => reader.read(from, until, all, of(project)),
            Lane::All => reader.read(from, until, all, |position, label: Label| {
                (!cursor.is_behind(label.project, position)).then_some(label.events)
            }),
        };
        let chunk = self.with_reader(work).await?;
        let (chunk, plan) = self.plan(chunk).await;
        Ok((Arc::new(chunk), plan))
    }

    /// Plans a chunk; projects whose events would make the turn long for all others are left to turns of their own.
    pub(super) async fn planned(&mut self, lane: Lane, chunk: Chunk) -> (Arc<Chunk>, Plan) {
        let (mut chunk, plan) = self.plan(chunk).await;
        let slow = if lane == Lane::All { plan.of_many_months() } else { Vec::new() };
        if slow.is_empty() {
            return (Arc::new(chunk), plan);
        }
        for project in slow {
            if let Some(from) = chunk.leave_out(project) {
                self.falls_behind(Behind { project, from });
            }
        }
        let (chunk, plan) = self.plan(chunk).await;
        (Arc::new(chunk), plan)
    }

    fn falls_behind(&mut self, behind: Behind) {
        tracing::debug!(project = %behind.project, "a project's events are stored in turns of their own");
        self.cursor.behind.retain(|known| known.project != behind.project);
        self.cursor.behind.push(behind);
        self.tell_behind();
    }

    /// Returns where a lane goes on, and how far it may go.
    fn bounds(&self, lane: Lane, durable: Position) -> (Position, Position) {
        let Lane::Of(project) = lane else { return (self.cursor.settled, durable) };
        let behind = self.cursor.behind.iter().find(|behind| behind.project == project);
        let from = behind.map_or(self.cursor.settled, |behind| behind.from);
        (from, durable.min(self.cursor.settled))
    }

    /// Remembers what is about to be stored.
    pub(super) fn begin(&mut self, lane: Lane, storing: Storing) {
        match lane {
            Lane::All => self.cursor.storing = Some(storing),
            Lane::Of(project) => self.cursor.storing_behind = Some((project, storing)),
        }
    }

    /// Returns what is being stored.
    pub(super) fn storing(&mut self, lane: Lane) -> Option<&mut Storing> {
        match lane {
            Lane::All => self.cursor.storing.as_mut(),
            Lane::Of(_) => self.cursor.storing_behind.as_mut().map(|(_, storing)| storing),
        }
    }

    /// Remembers that what a lane stored is done up to there.
    pub(super) fn reached(&mut self, lane: Lane, until: Position) {
        let stored = match lane {
            Lane::All => self.cursor.storing.take(),
            Lane::Of(_) => self.cursor.storing_behind.take().map(|(_, storing)| storing),
        };
        self.cursor.moves.extend(stored.map(|storing| storing.moves).unwrap_or_default());
        match lane {
            Lane::All => self.cursor.settled = until,
            Lane::Of(project) => {
                // The next turn is the next one's.
                self.cursor.behind.retain(|behind| behind.project != project);
                if until < self.cursor.settled {
                    self.cursor.behind.push(Behind { project, from: until });
                }
                self.tell_behind();
            }
        }
    }

    fn tell_behind(&self) {
        metrics::gauge!("radixinsight_projects_behind").set(self.cursor.behind.len() as f64);
    }
}

/// Picks the frames of one project.
fn of(project: ProjectId) -> impl FnMut(Position, Label) -> Option<u64> {
    move |_, label| (label.project == project).then_some(label.events)
}

#[cfg(test)]
mod tests;
