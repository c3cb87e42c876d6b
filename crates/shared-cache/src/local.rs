//! What one process remembers.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use moka::{Expiry, sync::Cache};

use crate::rate::Limit;

/// How much the values of one process take, in bytes.
const MOST_BYTES: u64 = 64 * 1024 * 1024;
/// How many limits are remembered before those that no longer bind are forgotten.
const MOST_LIMITS: usize = 10_000;

pub(crate) struct Local {
    values: Cache<String, Kept>,
    /// When all attempts against a limit are forgiven.
    forgiven: Mutex<HashMap<String, DateTime<Utc>>>,
}

#[derive(Clone)]
struct Kept {
    value: Bytes,
    keep: Duration,
}

struct AsTold;

impl Expiry<String, Kept> for AsTold {
    fn expire_after_create(&self, _: &String, kept: &Kept, _: Instant) -> Option<Duration> {
        Some(kept.keep)
    }

    fn expire_after_update(&self, _: &String, kept: &Kept, _: Instant, _: Option<Duration>) -> Option<Duration> {
        Some(kept.keep)
    }
}

impl Local {
    pub(crate) fn new() -> Self {
        let weight = |name: &String, kept: &Kept| u32::try_from(name.len() + kept.value.len()).unwrap_or(u32::MAX);
        let values = Cache::builder().max_capacity(MOST_BYTES).weigher(weight).expire_after(AsTold).build();
        Self { values, forgiven: Mutex::default() }
    }

    pub(crate) fn get(&self, name: &str) -> Option<Bytes> {
        self.values.get(name).map(|kept| kept.value)
    }

    pub(crate) fn put(&self, name: String, value: Bytes, keep: Duration) {
        self.values.insert(name, Kept { value, keep });
    }

    pub(crate) fn delete(&self, name: &str) {
        self.values.invalidate(name);
    }

    /// Counts an attempt against each limit, or against none.
    pub(crate) fn count(&self, limits: &[Limit], now: DateTime<Utc>) -> Result<(), Duration> {
        let mut forgiven = self.forgiven();
        make_room(&mut forgiven, now);
        let mut counted = Vec::new();
        for limit in limits {
            let next = limit.next(forgiven.get(&limit.key).copied(), now);
            let excess = next - now - limit.reach();
            if excess > TimeDelta::zero() {
                return Err(excess.to_std().unwrap_or_default());
            }
            counted.push((limit.key.clone(), next));
        }
        forgiven.extend(counted);
        Ok(())
    }

    /// Remembers an attempt that was counted elsewhere.
    pub(crate) fn note(&self, limits: &[Limit], now: DateTime<Utc>) {
        let mut forgiven = self.forgiven();
        make_room(&mut forgiven, now);
        for limit in limits {
            let next = limit.next(forgiven.get(&limit.key).copied(), now).min(now + limit.reach());
            forgiven.insert(limit.key.clone(), next);
        }
    }

    pub(crate) fn forgive(&self, limit: &Limit) {
        self.forgiven().remove(&limit.key);
    }

    pub(crate) fn give_back(&self, limit: &Limit) {
        if let Some(at) = self.forgiven().get_mut(&limit.key) {
            *at -= limit.step();
        }
    }

    fn forgiven(&self) -> MutexGuard<'_, HashMap<String, DateTime<Utc>>> {
        self.forgiven.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn make_room(forgiven: &mut HashMap<String, DateTime<Utc>>, now: DateTime<Utc>) {
    if forgiven.len() >= MOST_LIMITS {
        forgiven.retain(|_, at| *at > now);
    }
}
