//! The right to claim the instance.

use std::sync::{Mutex, MutexGuard, PoisonError};

use subtle::ConstantTimeEq;

use crate::secret;

/// Holds the hash of the ticket that was issued last, if it has not been used.
#[derive(Default)]
pub(crate) struct Ticket(Mutex<Option<String>>);

impl Ticket {
    /// Makes a ticket; any before it is void.
    pub(super) fn issue(&self) -> String {
        let ticket = secret::generate();
        *self.lock() = Some(secret::hash(&ticket));
        ticket
    }

    /// Tells whether this is the ticket.
    pub(super) fn is(&self, ticket: &str) -> bool {
        let given = secret::hash(ticket);
        self.lock().as_ref().is_some_and(|hash| hash.as_bytes().ct_eq(given.as_bytes()).into())
    }

    /// Makes any ticket void.
    pub(super) fn withdraw(&self) {
        *self.lock() = None;
    }

    fn lock(&self) -> MutexGuard<'_, Option<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
