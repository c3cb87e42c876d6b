//! How often somebody may try what could be guessed: signing in, resetting a password, a second factor's code.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};

/// How many limits are remembered before those that no longer bind are forgotten.
const MOST_KEPT: usize = 10_000;

/// A few attempts at once, then one each so often.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rate {
    /// How many may come at once.
    pub(crate) burst: i32,
    /// After how many seconds one more is free.
    pub(crate) every_seconds: i32,
}

/// What is counted: attempts at `what`, by `whom`.
#[derive(Debug, Clone)]
pub(crate) struct Limit {
    key: String,
    rate: Rate,
}

impl Limit {
    /// Counts attempts at `what` by `whom`: an address of the network, an account, or both.
    pub(crate) fn new(what: &'static str, whom: &str, rate: Rate) -> Self {
        Self { key: format!("{what}:{whom}"), rate }
    }

    fn step(&self) -> TimeDelta {
        TimeDelta::seconds(self.rate.every_seconds.into())
    }
}

/// Counts attempts in this process.
///
/// Each attempt moves the time at which all of them are forgiven by one step; too far ahead is too many.
#[derive(Default)]
pub(crate) struct Limits(Mutex<HashMap<String, DateTime<Utc>>>);

impl Limits {
    /// Counts an attempt against each limit, or says how long to wait for the next; then none of them has counted it.
    pub(crate) async fn count(&self, limits: &[Limit], now: DateTime<Utc>) -> Result<(), Duration> {
        let mut forgiven = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if forgiven.len() >= MOST_KEPT {
            forgiven.retain(|_, at| *at > now);
        }
        let mut counted = Vec::new();
        for limit in limits {
            let next = forgiven.get(&limit.key).copied().unwrap_or(now).max(now) + limit.step();
            let excess = next - now - limit.step() * limit.rate.burst;
            if excess > TimeDelta::zero() {
                return Err(excess.to_std().unwrap_or_default());
            }
            counted.push((limit.key.clone(), next));
        }
        forgiven.extend(counted);
        Ok(())
    }

    /// Forgets all attempts: whoever made them has proved to be the right one.
    pub(crate) async fn forgive(&self, limit: &Limit) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&limit.key);
    }

    /// Takes one attempt back.
    pub(crate) async fn give_back(&self, limit: &Limit) {
        if let Some(at) = self.0.lock().unwrap_or_else(PoisonError::into_inner).get_mut(&limit.key) {
            *at -= limit.step();
        }
    }
}

/// Returns what one customer of a provider has: an IPv4 address, or 2^64 IPv6 addresses.
pub(crate) fn network(address: Option<IpAddr>) -> String {
    match address {
        None => "unknown".to_owned(),
        Some(IpAddr::V4(address)) => address.to_string(),
        Some(IpAddr::V6(address)) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).to_string(),
    }
}
