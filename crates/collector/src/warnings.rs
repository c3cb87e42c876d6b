//! Warnings about events that are stored, and about what came of them: rows of the table `ingestion_warnings`.
//!
//! A new kind needs no more than a constant of [`Kind`] and somebody who calls [`Warnings::add`].

use std::collections::HashMap;

use analytics_model::{EventId, ProjectId};
use analytics_store::{Block, Column, Texts};
use chrono::{DateTime, Utc};

use crate::Event;

/// Where warnings go.
pub(crate) const TABLE: &str = "ingestion_warnings";

/// Rows of one kind, project and block: what comes on top is counted with the last of them.
const ROWS: usize = 10;

/// What is warned of. The name is what the table and the API call it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Kind(pub(crate) &'static str);

impl Kind {
    /// The time of an event is far from when it arrived.
    pub(crate) const CLOCK_FAR_OFF: Self = Self("clock_far_off");
    /// An id that stands for nobody was said to be somebody's.
    pub(crate) const ID_REFUSED: Self = Self("id_refused");
    /// Events are sent under an id that stands for nobody.
    pub(crate) const PERSON_UNLIKELY: Self = Self("person_unlikely");
    /// A property's values are of another type than before.
    pub(crate) const PROPERTY_TYPE_CHANGED: Self = Self("property_type_changed");
    /// Two people who have both said who they are were said to be one.
    pub(crate) const MERGE_REFUSED: Self = Self("merge_refused");
    /// The time of an event can't be read, or can't be: it has that of its arrival.
    pub(crate) const TIMESTAMP_UNREADABLE: Self = Self("timestamp_unreadable");
    /// An event of an import says no time: it has that of its arrival.
    pub(crate) const TIMESTAMP_MISSING: Self = Self("timestamp_missing");
    /// A name or an id is as long as they may be: what was longer is gone.
    pub(crate) const TEXT_CUT: Self = Self("text_cut");
}

/// A warning about one event, as a sample of those like it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Warning {
    pub(crate) kind: Kind,
    pub(crate) project: ProjectId,
    pub(crate) user_id: String,
    pub(crate) event_name: String,
    pub(crate) event_id: EventId,
    /// The property or field it is about; may be empty.
    pub(crate) property: String,
    /// What is wrong, in words.
    pub(crate) details: String,
    pub(crate) received_at: DateTime<Utc>,
}

impl Warning {
    /// Warns about an event.
    pub(crate) fn about(event: &Event<'_>, kind: Kind, property: &str, details: String) -> Self {
        Self {
            kind,
            project: event.project_id,
            user_id: event.user_id.to_string(),
            event_name: event.event_name.to_string(),
            event_id: event.event_id,
            property: property.to_owned(),
            details,
            received_at: event.received_at,
        }
    }
}

/// Gathers the warnings of a block: those alike become one row with a count, and a flood of them few rows.
#[derive(Debug, Default)]
pub(crate) struct Warnings(HashMap<(ProjectId, Kind), Vec<(Warning, u64)>>);

impl Warnings {
    /// Adds a warning; `write` makes it where it is not one more of a row there is.
    pub(crate) fn add(&mut self, event: &Event<'_>, kind: Kind, property: &str, write: impl FnOnce() -> String) {
        let at = self.row(event.project_id, kind, &event.event_name, property);
        self.count(event.project_id, kind, at, event.received_at, || Warning::about(event, kind, property, write()));
    }

    /// Adds a warning that is there already.
    pub(crate) fn push(&mut self, warning: Warning) {
        let Warning { project, kind, received_at, .. } = warning;
        let at = self.row(project, kind, &warning.event_name, &warning.property);
        self.count(project, kind, at, received_at, || warning);
    }

    /// Returns which row one more of its like is counted with; none where it has one of its own.
    fn row(&self, project: ProjectId, kind: Kind, event_name: &str, property: &str) -> Option<usize> {
        let rows = self.0.get(&(project, kind))?;
        let alike = rows.iter().position(|(row, _)| row.event_name == event_name && row.property == property);
        alike.or_else(|| (rows.len() >= ROWS).then(|| rows.len() - 1))
    }

    fn count(
        &mut self,
        project: ProjectId,
        kind: Kind,
        at: Option<usize>,
        received_at: DateTime<Utc>,
        make: impl FnOnce() -> Warning,
    ) {
        let rows = self.0.entry((project, kind)).or_default();
        match at.and_then(|at| rows.get_mut(at)) {
            Some((row, count)) => {
                *count += 1;
                row.received_at = row.received_at.max(received_at);
            }
            None => rows.push((make(), 1)),
        }
    }

    /// Returns the rows to insert, and their table.
    pub(crate) fn finish(self) -> Option<(&'static str, Block)> {
        let mut rows: Vec<(Warning, u64)> = self.0.into_values().flatten().collect();
        // The same events make the same block, so that it is known again by its token.
        rows.sort_by(|(one, _), (other, _)| {
            (one.project, one.kind.0, one.event_id).cmp(&(other.project, other.kind.0, other.event_id))
        });
        (!rows.is_empty()).then(|| (TABLE, block(&rows)))
    }
}

fn block(rows: &[(Warning, u64)]) -> Block {
    let texts = |text: fn(&Warning) -> &str| Column::Text(rows.iter().map(|(row, _)| text(row)).collect::<Texts>());
    Block::new()
        .column("project_id", Column::Uuid(rows.iter().map(|(row, _)| row.project.0).collect()))
        .column("kind", texts(|row| row.kind.0))
        .column("user_id", texts(|row| &row.user_id))
        .column("event_name", texts(|row| &row.event_name))
        .column("event_id", Column::Uuid(rows.iter().map(|(row, _)| row.event_id.0).collect()))
        .column("property", texts(|row| &row.property))
        .column("details", texts(|row| &row.details))
        .column("count", Column::UInt64(rows.iter().map(|(_, count)| *count).collect()))
        .column(
            "received_at",
            Column::Instant(rows.iter().map(|(row, _)| row.received_at.timestamp_millis()).collect()),
        )
}
