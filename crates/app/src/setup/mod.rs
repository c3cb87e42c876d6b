//! Setting up: how an instance that belongs to nobody gets its first admin.
//!
//! Who reads the server's output may claim it, with a ticket printed there; nobody can without, and nobody can twice.

mod error;
mod routes;
mod service;
#[cfg(test)]
mod tests;
mod ticket;

pub use error::Error;
pub use service::{create_admin, is_claimed, issue_ticket};

pub(crate) use routes::routes;
pub(crate) use ticket::Ticket;
