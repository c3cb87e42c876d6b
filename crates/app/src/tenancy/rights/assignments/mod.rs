//! Assignments: who has which role, in an organization as a whole or in one of its projects.

mod routes;
mod service;
mod store;

pub(super) use routes::routes;
