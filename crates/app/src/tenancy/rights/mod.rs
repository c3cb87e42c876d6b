//! Rights: what roles may do, who has which role, and what that comes to in a project.

mod access;
mod find;
mod store;
mod system_roles;
pub(super) mod tables;
mod words;

pub use access::RoleSource;
pub use words::{Action, Conditions, Permission, Resource};

pub(crate) use access::{Access, HeldRole, Item, RowRule};
pub(crate) use find::find_access;
