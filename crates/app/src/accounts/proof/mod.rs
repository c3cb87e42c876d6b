//! Proving again, in a session, that one is who has signed in.
//!
//! A session alone is not enough for what opens or closes a way into an account: an open page, or a stolen cookie, is
//! a session too. Such a change wants a proof of the last few minutes, and this is the one place that says so: the
//! password, and a code where the account has a second factor; or the provider, for an account without a password.

mod routes;
mod service;
#[cfg(test)]
mod tests;

pub(super) use routes::{OwnProof, routes};
pub(super) use service::{Given, by_provider, give_any, is_still};
pub(crate) use service::{give_with, require};
