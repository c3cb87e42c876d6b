//! Whose events a question is about: people's, programs', or those of the product's own makers.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Whose events are asked about.
///
/// Every event is told apart as it comes in: `bot` for programs that say so in their user agent, `internal` for what
/// the project's settings name as its own, and people for all the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Traffic {
    /// People's.
    #[default]
    People,
    /// Bots'.
    Bots,
    /// Internal ones.
    Internal,
    /// All of them.
    All,
}

impl Traffic {
    /// Returns what stands in the column `traffic` of these events; nothing where any will do.
    pub fn tag(self) -> Option<&'static str> {
        match self {
            Self::People => Some(""),
            Self::Bots => Some("bot"),
            Self::Internal => Some("internal"),
            Self::All => None,
        }
    }

    /// Tells whether it is what is asked about unless told.
    pub fn is_people(&self) -> bool {
        *self == Self::People
    }
}
