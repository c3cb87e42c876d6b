//! The child and its supervisor, tested from outside: real processes on temporary folders.
#![expect(clippy::unwrap_used, reason = "tests")]

mod cancel;
mod client;
mod http;
mod inserts;
mod lifecycle;
mod sandbox;
