//! The kinds of single things that can be granted: each feature that has some registers them here.

use std::pin::Pin;

use analytics_model::ProjectId;
use uuid::Uuid;

use crate::{
    App,
    tenancy::{self, Item, Resource},
};

/// A kind of single things that can be granted.
pub(crate) struct Grantable {
    /// Its word in addresses and in `resource_permissions`.
    pub(crate) word: &'static str,
    /// What rights call it.
    pub(crate) resource: Resource,
    /// Finds one of them in a project.
    pub(crate) find: Find,
}

/// Finds a thing of a project by its id, with its name.
pub(crate) type Find = for<'a> fn(&'a App, ProjectId, Uuid) -> Pin<Box<dyn Future<Output = Found> + Send + 'a>>;

/// What rights depend on, and its name for the trail; none where there is no such thing in the project.
pub(crate) type Found = Result<Option<(Item, String)>, metadata_store::Error>;

const ALL: [Grantable; 1] = [Grantable { word: "folder", resource: Resource::Folders, find: tenancy::find_folder }];

/// Returns the kind of this word.
pub(crate) fn find(word: &str) -> Option<&'static Grantable> {
    const { &ALL }.iter().find(|kind| kind.word == word)
}
