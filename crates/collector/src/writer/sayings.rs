//! What events say about who is who.

use crate::delivery::Record;
use crate::people::property_of_other_id;
use crate::{EventType, json};

/// An event that says who somebody is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Saying {
    /// The event's place among those of the chunk.
    pub(super) row: usize,
    pub(super) kind: Kind,
    /// The id whose person stays.
    pub(super) into: String,
    /// The other id, where one is named.
    pub(super) from: Option<String>,
}

/// How sure it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Somebody unknown so far says who they are: two who have said so are never made one.
    Identify,
    /// Two ids are one person; which of them was known first decides who stays.
    Alias,
    /// Two ids are one person, whatever they have said before.
    Merge,
}

impl Kind {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Identify => "identify",
            Self::Alias => "alias",
            Self::Merge => "merge",
        }
    }
}

impl Saying {
    pub(super) fn of(row: usize, record: &Record<'_>) -> Option<Self> {
        if !matches!(record.event_type, EventType::Identify | EventType::Alias) {
            return None;
        }
        let property = property_of_other_id(record.event)?;
        let kind = match record.event {
            "$identify" | "identify" => Kind::Identify,
            "$merge_dangerously" => Kind::Merge,
            _ => Kind::Alias,
        };
        let entries = json::entries(record.properties);
        let from = entries.iter().find(|(name, _)| name == property).and_then(|(_, value)| json::scalar(*value));
        let from = from.map(|id| crate::clean::clean(&id, crate::limits::ID_CHARS).trim().to_owned());
        Some(Self {
            row,
            kind,
            into: record.distinct_id.to_owned(),
            from: from.filter(|from| !from.is_empty() && from != record.distinct_id),
        })
    }
}
