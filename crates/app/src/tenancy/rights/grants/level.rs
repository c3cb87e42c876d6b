//! How much a grant lets somebody do.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Action;

/// How much a grant lets somebody do; each includes those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[schema(as = GrantLevel)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Level {
    /// Seeing it and asking it again.
    View,
    /// Changing it, adding to it, and taking its data out as a file.
    Edit,
    /// Letting others in, up to what they may do themselves.
    Share,
    /// Removing it.
    Admin,
}

impl Level {
    /// All of them, the greatest first.
    pub(super) const ALL: [Self; 4] = [Self::Admin, Self::Share, Self::Edit, Self::View];

    /// Returns whether it lets somebody do this.
    pub(crate) fn allows(self, action: Action) -> bool {
        let needed = match action {
            Action::View | Action::Run => Self::View,
            Action::Edit | Action::Create | Action::Export => Self::Edit,
            Action::Share => Self::Share,
            Action::Delete => Self::Admin,
        };
        self >= needed
    }

    /// Returns what it lets somebody do that the level before it doesn't, as one action that stands for all.
    pub(super) fn mark(self) -> Action {
        match self {
            Self::View => Action::View,
            Self::Edit => Action::Edit,
            Self::Share => Action::Share,
            Self::Admin => Action::Delete,
        }
    }

    /// Returns its word in the table.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::View => "view",
            Self::Edit => "edit",
            Self::Share => "share",
            Self::Admin => "admin",
        }
    }

    /// Reads its word in the table.
    pub(super) fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.word() == word)
    }
}
