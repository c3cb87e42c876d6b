//! What several servers share and any of them may lose: small values for a while, rate limits, and word of changes.
//!
//! In one process it needs nothing. With Redis it is shared, and Redis may go away at any time: then each server goes
//! on with what it has in its own memory, and shares again when Redis is back. Nothing waits for Redis for long.

mod error;
mod local;
mod rate;
mod remote;
mod topics;

#[cfg(feature = "testing")]
pub mod testing;
#[cfg(test)]
mod tests;

use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use chrono::{DateTime, Utc};

pub use error::Error;
pub use rate::{Limit, Rate};

use local::Local;
use remote::Remote;
use topics::Topics;

/// The greatest value that is kept, in bytes.
pub const LARGEST_VALUE: usize = 1024 * 1024;

/// What servers share. Clones are the same cache.
#[derive(Clone)]
pub struct Cache(Arc<Inner>);

struct Inner {
    local: Local,
    topics: Arc<Topics>,
    remote: Option<Arc<Remote>>,
}

/// How Redis is treated.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// How long one answer is waited for before the server goes on alone.
    pub deadline: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self { deadline: Duration::from_millis(100) }
    }
}

/// Whether servers share the cache at this moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Nothing is shared, as configured.
    InProcess,
    /// Redis answers.
    Shared,
    /// Redis is away for this reason: each server is on its own.
    Away(String),
}

impl Cache {
    /// Returns a cache of this process alone.
    pub fn in_process() -> Self {
        Self(Arc::new(Inner { local: Local::new(), topics: Arc::default(), remote: None }))
    }

    /// Returns a cache shared through the Redis at `url`: `redis://` or `rediss://`, with password and database.
    ///
    /// A Redis that can't be reached is no error: it may come. One that refuses is, because nobody would notice.
    pub async fn redis(url: &str, options: Options) -> Result<Self, Error> {
        let topics = Arc::new(Topics::default());
        let remote = Remote::start(url, options, Arc::clone(&topics)).await?;
        Ok(Self(Arc::new(Inner { local: Local::new(), topics, remote: Some(remote) })))
    }

    /// Tells whether servers share it at this moment.
    pub fn state(&self) -> State {
        self.0.remote.as_ref().map_or(State::InProcess, |remote| remote.state())
    }

    /// Returns what was put under `key` in `space`, if it is still there.
    pub async fn get(&self, space: &'static str, key: &str) -> Option<Bytes> {
        let name = name(space, key);
        if let Some(remote) = &self.0.remote
            && let Ok(found) = remote.get(&name).await
        {
            return found.filter(|value| value.len() <= LARGEST_VALUE);
        }
        self.0.local.get(&name)
    }

    /// Keeps a value for a while; one above [`LARGEST_VALUE`] is not kept.
    pub async fn put(&self, space: &'static str, key: &str, value: Bytes, keep: Duration) {
        if value.len() > LARGEST_VALUE || keep.is_zero() {
            return;
        }
        let name = name(space, key);
        if let Some(remote) = &self.0.remote
            && remote.put(&name, &value, keep).await.is_ok()
        {
            return;
        }
        self.0.local.put(name, value, keep);
    }

    /// Forgets a value.
    pub async fn delete(&self, space: &'static str, key: &str) {
        let name = name(space, key);
        self.0.local.delete(&name);
        if let Some(remote) = &self.0.remote {
            // A value that can't be deleted ends by itself.
            let _ = remote.delete(&name).await;
        }
    }

    /// Counts an attempt against each limit, or says how long to wait for the next; then none of them has counted it.
    pub async fn count(&self, limits: &[Limit], now: DateTime<Utc>) -> Result<(), Duration> {
        let Some(remote) = &self.0.remote else { return self.0.local.count(limits, now) };
        match remote.count(limits, now).await {
            Ok(verdict) => {
                if verdict.is_ok() {
                    // Should Redis go, whoever has guessed here so far has not won a fresh start.
                    self.0.local.note(limits, now);
                }
                verdict
            }
            Err(_) => self.0.local.count(limits, now),
        }
    }

    /// Forgets all attempts.
    pub async fn forgive(&self, limit: &Limit) {
        self.0.local.forgive(limit);
        if let Some(remote) = &self.0.remote {
            // What stays counted is forgiven by time.
            let _ = remote.forgive(limit).await;
        }
    }

    /// Takes one attempt back.
    pub async fn give_back(&self, limit: &Limit) {
        self.0.local.give_back(limit);
        if let Some(remote) = &self.0.remote {
            let _ = remote.give_back(limit).await;
        }
    }

    /// Tells the other servers that something about `topic` has changed; this one knows.
    ///
    /// The word may be lost with Redis: what it makes others forget must end by itself too.
    pub async fn tell_others(&self, topic: &'static str) {
        if let Some(remote) = &self.0.remote {
            let _ = remote.publish(topic).await;
        }
    }

    /// Calls `hear` whenever another server tells of `topic`, and when word may have been missed.
    pub fn listen(&self, topic: &'static str, hear: impl Fn() + Send + Sync + 'static) {
        self.0.topics.listen(topic, Box::new(hear));
    }
}

impl fmt::Debug for Cache {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Cache").field(&self.state()).finish()
    }
}

/// Everything of ours in a Redis begins with this.
const PREFIX: &str = "radixinsight";

fn name(space: &'static str, key: &str) -> String {
    format!("{PREFIX}:{space}:{key}")
}

/// Tells one process from another, for as long as both run.
fn random_name() -> String {
    let nanoseconds = SystemTime::UNIX_EPOCH.elapsed().map_or(0, |since| since.as_nanos());
    format!("{}-{nanoseconds}", std::process::id())
}
