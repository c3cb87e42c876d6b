//! The trail that every change leaves: who, what, old and new values, from where.
//!
//! A row is written in the transaction of the change it tells of, so that neither is there without the other. Each
//! row carries the hash of the one before it; who takes one out, or changes one, breaks the chain.

mod about;
mod actor;
mod change;
mod entry;
mod export;
mod query;
mod record;
mod routes;
mod store;
mod tables;
#[cfg(test)]
mod tests;
mod verify;

pub use actor::Actor;
pub use verify::{Fault, Verdict, verify};

pub(crate) use about::last_about;
pub(crate) use change::{Change, mask};
pub(crate) use entry::{AuditEntry, actions, page};
pub(crate) use export::{ExportChoice, export};
pub(crate) use query::{AuditChoice, Whose};
pub(crate) use record::{Refusals, record, refused};
pub(crate) use routes::{AuditActions, routes};

#[cfg(test)]
pub(crate) use store::all;

use metadata_store::TableDescription;

/// Returns the tables this feature owns.
pub(crate) fn schema() -> Vec<TableDescription> {
    vec![TableDescription::of(tables::audit_logs::Entity), TableDescription::of(tables::audit_heads::Entity)]
}
