//! Rights: what roles may do, who has which role, grants on single things, and what that comes to in a project.

mod access;
mod assignments;
mod cache;
mod error;
mod explain;
mod find;
mod folders;
mod grants;
mod principals;
mod roles;
mod rows;
mod store;
mod system_roles;
pub(super) mod tables;
#[cfg(test)]
mod tests;
mod words;

pub use access::RoleSource;
pub use words::{Action, Conditions, Permission, Resource};

pub(crate) use access::{Access, Asked, HeldRole, Item, RowRule};
pub(crate) use cache::AccessCache;
pub(crate) use error::Error;
pub(crate) use find::{find_access, load_access};
pub(crate) use folders::find as find_folder;
pub(crate) use grants::{Grants, USER};
pub(super) use store::{given_here, given_to, granted_to, has_role, is_granted_here, take_all_here};
pub(crate) use system_roles::sync as sync_system_roles;

use utoipa_axum::router::OpenApiRouter;

use crate::App;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(roles::routes())
        .merge(assignments::routes())
        .merge(principals::routes())
        .merge(grants::routes())
        .merge(folders::routes())
        .merge(explain::routes())
}
