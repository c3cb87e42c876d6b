//! Roles: those that every organization has, and those an organization makes.

mod routes;
mod rules;
mod service;
mod store;

pub(super) use routes::routes;
pub(super) use service::{SystemRole, write_system_roles};
pub(super) use store::{find_usable, usable};
