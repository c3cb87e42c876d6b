//! From what SDKs send and files hold to events stored durably, each once.
//!
//! The way of an event: [`wire`] or [`files`] read one of many forms into an [`Incoming`]; an [`Accepted`] is one that
//! can be stored; the [`Writer`] puts the [`Delivery`] it came with on disk, and only then is it acknowledged. From
//! there every column of the events table is filled, and the event is stored in the analytics store, once.

mod accepted;
mod arrival;
mod clean;
mod delivery;
mod enrich;
mod event;
pub mod files;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod generations;
mod incoming;
mod json;
pub mod limits;
pub mod mend;
mod note;
mod people;
mod places;
mod properties;
mod rejection;
mod rules;
mod sessions;
mod shared_ids;
mod spool;
mod warnings;
pub mod wire;
mod writer;

pub use accepted::Accepted;
pub use arrival::{Arrival, SaidPlace};
pub use delivery::{Delivery, Refused};
use event::Event;
pub use event::EventType;
pub use incoming::Incoming;
pub use note::Note;
pub use places::{NoPlaces, Places};
pub use properties::Properties;
pub use rejection::Rejection;
pub use rules::{Addresses, Internal, NoRules, Rulebook, Rules, Unknown as UnknownRules};
pub use sessions::{SESSION_LONGEST, SESSION_SILENCE};
pub use shared_ids::merges_too_many;
pub use writer::{Error, Mode, Options, Outcome, Statistics, UNTIMED_LAG_MS, WriteError, Writer};
