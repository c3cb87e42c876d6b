//! Speaks the ClickHouse HTTP protocol to the embedded engine's socket or to a ClickHouse server, and owns the
//! analytics schema and its migrations.
//!
//! What this crate promises: values are bound, never formatted into a statement. Credentials travel in headers, and
//! stand in no URL, message or log. An insert that succeeded is stored. A statement that failed late fails as a whole,
//! or, streamed, ends in an error. A statement whose future is dropped is cancelled.

pub mod block;
mod catalogue;
mod connection;
mod error;
mod event_order;
mod exception;
mod migrations;
mod options;
mod parameters;
mod people;
mod property_columns;
mod rebuild;
mod recompute;
mod request;
pub mod schema;
mod sessions;
mod shares;
mod store;
mod stream;

#[cfg(test)]
mod tests;

pub use block::{Block, Column, Texts};
pub use error::Error;
pub use event_order::in_order_of_events;
pub use options::{InsertOptions, Options};
pub use people::Given;
pub use property_columns::PropertyColumn;
pub use recompute::Day;
pub use sessions::{RunningSession, SessionChange};
pub use shares::Asker;
pub use store::{Answer, QuestionLimits, Store, Summary};
