//! Grants: single things that somebody, or everybody with a role, was let in to.

mod level;
mod routes;
mod service;
mod store;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Action, Item, Resource, access::GrantSays};

pub(crate) use level::Level;
pub(super) use routes::routes;
pub(super) use service::require_for_move;
pub(crate) use store::USER;
pub(super) use store::{delete_of_item, delete_of_role, load};

/// No folder lies deeper; a circle, which no change makes, would end here.
const DEEPEST: usize = 32;

/// What was granted to somebody, or to their roles, in a project.
#[derive(Debug, Clone, Default)]
pub(crate) struct Grants {
    all: Vec<Grant>,
    /// The folder each folder of the project lies in; empty where no folder was granted.
    parents: HashMap<Uuid, Option<Uuid>>,
}

/// A right to a single thing, or to all that lies in a folder.
#[derive(Debug, Clone)]
pub(crate) struct Grant {
    pub(crate) id: Uuid,
    pub(crate) resource: Resource,
    pub(crate) item: Uuid,
    /// The role it was given to; absent where it is the person.
    pub(crate) role: Option<Uuid>,
    pub(crate) level: Level,
    pub(crate) expires_at: Option<DateTime<Utc>>,
}

impl Grants {
    #[cfg(test)]
    pub(super) fn new(all: Vec<Grant>, parents: HashMap<Uuid, Option<Uuid>>) -> Self {
        Self { all, parents }
    }

    #[cfg(test)]
    pub(super) fn all(&self) -> &[Grant] {
        &self.all
    }

    /// Returns those on a thing and on the folders above it, ended ones too.
    pub(super) fn on<'a>(&'a self, resource: Resource, item: &Item) -> impl Iterator<Item = &'a Grant> {
        let above = if self.all.is_empty() { Vec::new() } else { self.above(item.folder) };
        let id = item.id;
        self.all.iter().filter(move |grant| {
            let direct = grant.resource == resource && grant.item == id;
            direct || (grant.resource == Resource::Folders && above.contains(&grant.item))
        })
    }

    /// Returns whether one of them still counts.
    pub(super) fn any(&self, now: DateTime<Utc>) -> bool {
        self.all.iter().any(|grant| grant.is_live(now))
    }

    fn above(&self, folder: Option<Uuid>) -> Vec<Uuid> {
        let mut path = Vec::new();
        let mut next = folder;
        while let Some(folder) = next.filter(|_| path.len() < DEEPEST) {
            path.push(folder);
            next = self.parents.get(&folder).copied().flatten();
        }
        path
    }
}

impl Grant {
    /// Returns whether it has not ended.
    pub(crate) fn is_live(&self, now: DateTime<Utc>) -> bool {
        self.expires_at.is_none_or(|end| end > now)
    }

    pub(super) fn says(&self, action: Action, now: DateTime<Utc>) -> GrantSays {
        match (self.is_live(now), self.level.allows(action)) {
            (false, _) => GrantSays::Expired,
            (true, true) => GrantSays::Allows,
            (true, false) => GrantSays::TooLow,
        }
    }
}
