//! What keeps events from being stored, as the statistics and the log tell it.

use std::time::Instant;

use super::drain::Stopped;
use super::panicked::Panicked;
use super::{Shared, lock};

/// Why the analytics store takes nothing, and since when.
pub(super) struct Trouble {
    pub(super) said: String,
    pub(super) since: Instant,
}

impl Shared {
    /// Notes that the analytics store takes nothing now; ends the work if the writer is to stop.
    pub(super) fn is_away(&self, error: &analytics_store::Error) -> Result<(), Stopped> {
        let mut trouble = lock(&self.trouble);
        let news = trouble.is_none();
        let since = trouble.as_ref().map_or_else(Instant::now, |before| before.since);
        *trouble = Some(Trouble { said: error.to_string(), since });
        drop(trouble);
        if news {
            tracing::warn!(%error, "events can't be stored now: they wait in the spool");
        }
        metrics::gauge!("radixinsight_events_store_away").set(1.0);
        if self.is_stopping() { Err(Stopped) } else { Ok(()) }
    }

    /// Notes that storing begins anew after a panic.
    pub(super) fn has_stumbled(&self, panicked: &Panicked) {
        tracing::error!(%panicked, "storing events stumbled and begins anew");
        metrics::counter!("radixinsight_task_panics_total", "task" => "storing events").increment(1);
        *lock(&self.stumble) = Some(panicked.to_string());
    }

    /// Notes that something was stored since.
    pub(super) fn is_well(&self) {
        lock(&self.stumble).take();
    }

    pub(super) fn is_back(&self) {
        if lock(&self.trouble).take().is_some() {
            metrics::gauge!("radixinsight_events_store_away").set(0.0);
            tracing::info!("events are stored again");
        }
    }
}
