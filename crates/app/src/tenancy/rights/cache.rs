//! What this server remembers of people's rights for less than a second, so that a warm request asks no store.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use analytics_model::{ProjectId, UserId};
use chrono::{DateTime, Utc};
use moka::future::Cache;

use super::Access;

/// A right taken away on another server ends here after this time.
const LIFE: Duration = Duration::from_millis(800);
const MOST_KEPT: u64 = 50_000;

/// The access that somebody has to a project, or that they have none.
#[derive(Debug, Clone)]
struct Known {
    access: Option<Arc<Access>>,
    /// By the product's clock, which tests move.
    asked_at: DateTime<Utc>,
}

/// Under which generation, whose access, to what.
pub(super) type Key = (u64, UserId, ProjectId);

/// Accesses asked for lately.
pub(crate) struct AccessCache {
    known: Cache<Key, Known>,
    generation: AtomicU64,
}

impl Default for AccessCache {
    fn default() -> Self {
        let known = Cache::builder().max_capacity(MOST_KEPT).time_to_live(LIFE).build();
        Self { known, generation: AtomicU64::new(0) }
    }
}

impl AccessCache {
    /// Forgets everything, also what is being asked for right now: that will be kept under the old generation.
    pub(crate) fn forget(&self) {
        self.generation.fetch_add(1, Ordering::SeqCst);
    }

    /// Returns what to find and keep an access under.
    pub(super) fn key(&self, user: UserId, project: ProjectId) -> Key {
        (self.generation.load(Ordering::SeqCst), user, project)
    }

    pub(super) async fn find(&self, key: &Key, now: DateTime<Utc>) -> Option<Option<Arc<Access>>> {
        let known = self.known.get(key).await?;
        let age = (now - known.asked_at).to_std().unwrap_or_default();
        (age < LIFE).then_some(known.access)
    }

    pub(super) async fn keep(&self, key: Key, access: Option<Arc<Access>>, now: DateTime<Utc>) {
        self.known.insert(key, Known { access, asked_at: now }).await;
    }
}
