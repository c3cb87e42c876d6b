//! From what SDKs send and files hold to events stored durably, each once.
//!
//! The way of an event: [`wire`] or [`files`] read one of many forms into an [`Incoming`]; an [`Enricher`] makes it an
//! [`Event`] with every column of the events table; the [`Writer`] stores it and says so only when it is stored.

mod arrival;
mod enrich;
mod event;
pub mod files;
mod generations;
mod incoming;
mod json;
pub mod limits;
mod properties;
mod rejection;
pub mod wire;
mod writer;

pub use arrival::Arrival;
pub use enrich::{Enricher, SESSION_LONGEST, SESSION_SILENCE};
pub use event::{Event, EventType};
pub use incoming::Incoming;
pub use properties::Properties;
pub use rejection::Rejection;
pub use writer::{Error, Mode, Options, Outcome, Statistics, WriteError, Writer};
