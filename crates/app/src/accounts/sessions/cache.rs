//! What this server remembers of sessions for less than a second, so that a warm request asks no store.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use analytics_model::{UserId, UserSessionId};
use chrono::{DateTime, Utc};
use moka::future::Cache;

/// A session ended on another server is refused here after this time.
const LIFE: Duration = Duration::from_millis(800);
const MOST_KEPT: u64 = 50_000;

/// Who a session belongs to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Resumed {
    pub(crate) session: UserSessionId,
    pub(crate) user: UserId,
    pub(crate) is_admin: bool,
    pub(super) expires_at: DateTime<Utc>,
    /// By the product's clock, which tests move.
    pub(super) asked_at: DateTime<Utc>,
}

/// What a request names its session by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Name {
    /// The hash of a cookie's token.
    Token(String),
    /// The id in an access token.
    Id(UserSessionId),
}

/// Sessions asked for lately.
pub(crate) struct SessionCache {
    known: Cache<(u64, Name), Resumed>,
    generation: AtomicU64,
}

impl Default for SessionCache {
    fn default() -> Self {
        let known = Cache::builder().max_capacity(MOST_KEPT).time_to_live(LIFE).build();
        Self { known, generation: AtomicU64::new(0) }
    }
}

impl SessionCache {
    /// Forgets everything, also what is being asked for right now: that will be kept under the old number.
    pub(crate) fn forget(&self) {
        self.generation.fetch_add(1, Ordering::SeqCst);
    }

    /// Returns the number to find and keep things under.
    pub(super) fn generation(&self) -> u64 {
        self.generation.load(Ordering::SeqCst)
    }

    pub(super) async fn find(&self, key: &(u64, Name), now: DateTime<Utc>) -> Option<Resumed> {
        let found = self.known.get(key).await?;
        let age = (now - found.asked_at).to_std().unwrap_or_default();
        (age < LIFE && found.expires_at > now).then_some(found)
    }

    pub(super) async fn keep(&self, key: (u64, Name), resumed: Resumed) {
        self.known.insert(key, resumed).await;
    }
}
