//! The trail that every change leaves: who, what, old and new values, from where.
//!
//! A row is written in the transaction of the change it tells of, so that neither is there without the other. Each
//! row carries the hash of the one before it; who takes one out, or changes one, breaks the chain.

mod actor;
mod change;
mod record;
mod store;
mod tables;
#[cfg(test)]
mod tests;

pub use actor::Actor;

pub(crate) use change::Change;
pub(crate) use record::{record, refused};

#[cfg(test)]
pub(crate) use store::all;

use metadata_store::TableDescription;

/// Returns the tables this feature owns.
pub(crate) fn schema() -> Vec<TableDescription> {
    vec![TableDescription::of(tables::audit_logs::Entity), TableDescription::of(tables::audit_heads::Entity)]
}
