//! The metadata store: what people edit one row at a time, in SQLite or PostgreSQL.
//!
//! One code serves both. Reads go through [`Metadata::read`], everything that changes rows through [`transact!`], which
//! gives the same promise on both stores: transactions behave as if they ran one after another. Time comes from the [`Clock`], never from the database.

mod clock;
mod error;
mod introspect;
mod metadata;
mod migrate;
mod search;

#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(test)]
mod tests;

pub use clock::{Clock, TestClock, keepable};
pub use error::{Error, OnUnique, Result};
pub use introspect::{ColumnDescription, TableDescription};
pub use metadata::{Attempts, Connection, Metadata, Transaction, sqlite_url};
pub use migrate::Migrations;
pub use search::contains;
