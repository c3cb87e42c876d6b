//! Trying again what fails now and may not later.

use std::future::Future;
use std::time::Duration;

use analytics_store::Error;
use tokio::time::sleep;

use super::drain::{Drainer, Stopped};
use super::table::Table;

const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// The pauses between attempts, each longer than the one before.
pub(super) struct Pauses(Duration);

impl Pauses {
    pub(super) fn new() -> Self {
        Self(FIRST_PAUSE)
    }

    pub(super) async fn next(&mut self) {
        sleep(self.0).await;
        self.0 = (self.0 * 2).min(LONGEST_PAUSE);
    }
}

impl<T: Table> Drainer<T> {
    /// Asks the table until it answers.
    pub(super) async fn answered<A, F>(&self, ask: impl Fn() -> F) -> Result<A, Stopped>
    where
        F: Future<Output = Result<A, Error>>,
    {
        let mut pauses = Pauses::new();
        loop {
            match ask().await {
                Ok(answer) => return Ok(answer),
                Err(error) => self.shared.is_away(&error)?,
            }
            pauses.next().await;
        }
    }
}
