//! How much of the spool each project's frames take, so that no project takes all of it.

use std::collections::HashMap;

use analytics_model::ProjectId;

/// A project may have so many times of what is free: one that is alone gets seven eighths of the room, and those that
/// come after it always find some.
const TIMES_FREE: u64 = 7;

/// Frames of a project that wait.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Share {
    /// Bytes on disk.
    pub(crate) bytes: u64,
    pub(crate) events: u64,
}

/// What waits, by project.
#[derive(Debug, Clone, Default)]
pub(crate) struct Held {
    projects: HashMap<ProjectId, Share>,
    all: Share,
}

impl Held {
    /// Adds a frame, or says how many bytes the project has where that is more than its share of `most`.
    pub(super) fn add_within(&mut self, project: ProjectId, frame: Share, most: u64) -> Result<(), u64> {
        let own = self.of(project).bytes;
        let free = most.saturating_sub(self.all.bytes);
        // Whoever has nothing there is told that the spool is full, where it is.
        if own > 0 && own + frame.bytes > free.saturating_mul(TIMES_FREE) {
            return Err(own);
        }
        self.add(project, frame);
        Ok(())
    }

    pub(crate) fn add(&mut self, project: ProjectId, frame: Share) {
        let own = self.projects.entry(project).or_default();
        for share in [own, &mut self.all] {
            share.bytes += frame.bytes;
            share.events += frame.events;
        }
    }

    pub(super) fn subtract(&mut self, project: ProjectId, done: Share) {
        let Some(own) = self.projects.get_mut(&project) else { return };
        // Frames of a damaged segment were never counted as done.
        let is_all = done.bytes >= own.bytes;
        let done = if is_all { *own } else { Share { events: done.events.min(own.events), ..done } };
        for share in [&mut *own, &mut self.all] {
            share.bytes -= done.bytes;
            share.events -= done.events;
        }
        if is_all {
            self.projects.remove(&project);
        }
    }

    pub(super) fn join(&mut self, other: Self) {
        for (project, share) in other.projects {
            self.add(project, share);
        }
    }

    pub(crate) fn of(&self, project: ProjectId) -> Share {
        self.projects.get(&project).copied().unwrap_or_default()
    }

    /// Returns how many events of other projects wait.
    pub(crate) fn events_of_others(&self, project: ProjectId) -> u64 {
        self.all.events - self.of(project).events
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const MOST: u64 = 8_000;

    fn fill(held: &mut Held, project: u128) -> u64 {
        let project = ProjectId(Uuid::from_u128(project));
        while held.add_within(project, Share { bytes: 10, events: 1 }, MOST).is_ok() {}
        held.of(project).bytes
    }

    #[test]
    fn one_project_leaves_room_for_others_and_others_for_more() {
        let mut held = Held::default();
        assert_eq!(fill(&mut held, 1), 7_000, "alone it has seven eighths");
        let second = fill(&mut held, 2);
        assert!((800..900).contains(&second), "{second}");
        assert!(fill(&mut held, 3) >= 80, "a third one finds some room, too");
        held.subtract(ProjectId(Uuid::from_u128(1)), Share { bytes: 7_000, events: 700 });
        assert_eq!(held.events_of_others(ProjectId(Uuid::from_u128(2))), held.of(ProjectId(Uuid::from_u128(3))).events);
        assert!(fill(&mut held, 2) > 5_000, "what is done with is free again");
    }

    #[test]
    fn what_is_done_twice_leaves_nothing_less_than_none() {
        let mut held = Held::default();
        let project = ProjectId(Uuid::from_u128(1));
        held.add(project, Share { bytes: 10, events: 2 });
        held.subtract(project, Share { bytes: 15, events: 1 });
        assert_eq!((held.of(project), held.events_of_others(project)), (Share::default(), 0));
    }
}
