//! Who visits, on what, and where from: what user agents, client hints, referrers and addresses of pages tell.
//!
//! The rules come from lists that others keep up to date (`data/`, brought up to date by `make detection`) and from
//! small tables of our own. Everything here is a pure function of texts.

mod agent;
pub mod source;

pub use agent::{Agent, BOT, Detector, published};
