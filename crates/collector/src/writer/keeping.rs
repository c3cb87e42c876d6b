//! Keeps a drainer at work: one that stumbles is told, and followed by another that goes on from what is noted on disk.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures::FutureExt;
use tokio::sync::watch;

use super::drain::Drainer;
use super::panicked::Panicked;
use super::patience::Pauses;
use super::table::Table;
use super::worker::Worker;
use super::{Options, Shared};
use crate::Rulebook;
use crate::spool::{Cursor, Position, Reader};

/// What drainers are made of.
pub(super) struct Keeping<T> {
    pub(super) table: Arc<T>,
    pub(super) options: Options,
    pub(super) rulebook: Arc<dyn Rulebook>,
    pub(super) shared: Arc<Shared>,
    pub(super) settled: watch::Sender<Position>,
}

impl<T: Table> Keeping<T> {
    /// Works until the writer is stopped.
    pub(super) async fn run(self, (reader, cursor): (Reader, Cursor), worker: Worker) {
        let mut drainer = self.drainer((reader, cursor), worker);
        let mut pauses = Pauses::new();
        loop {
            let Err(panic) = AssertUnwindSafe(drainer.run()).catch_unwind().await else { return };
            self.shared.has_stumbled(&Panicked::of(panic));
            drainer = loop {
                if self.shared.is_stopping() {
                    return;
                }
                pauses.next().await;
                match self.another() {
                    Ok(another) => break another,
                    Err(error) => tracing::error!(%error, "storing events can't go on yet"),
                }
            };
        }
    }

    fn another(&self) -> std::io::Result<Drainer<T>> {
        let of_spool = self.shared.spool.read_again(&self.options.folder)?;
        Ok(self.drainer(of_spool, Worker::start()?))
    }

    fn drainer(&self, of_spool: (Reader, Cursor), worker: Worker) -> Drainer<T> {
        let what = (self.options.clone(), Arc::clone(&self.rulebook));
        let how = (Arc::clone(&self.shared), worker);
        Drainer::new(Arc::clone(&self.table), what, how, of_spool, self.settled.clone())
    }
}
