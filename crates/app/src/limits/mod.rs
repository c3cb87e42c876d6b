//! How often somebody may try what could be guessed: signing in, resetting a password, a second factor's code.

use std::{
    net::{IpAddr, Ipv6Addr},
    time::Duration,
};

use chrono::{DateTime, Utc};
use shared_cache::Cache;

pub(crate) use shared_cache::Rate;

/// What is counted: attempts at `what`, by `whom`.
#[derive(Debug, Clone)]
pub(crate) struct Limit(shared_cache::Limit);

impl Limit {
    /// Counts attempts at `what` by `whom`: an address of the network, an account, or both.
    pub(crate) fn new(what: &'static str, whom: &str, rate: Rate) -> Self {
        Self(shared_cache::Limit { key: format!("{what}:{whom}"), rate })
    }
}

/// Counts attempts on all servers that share the cache.
pub(crate) struct Limits(Cache);

impl Limits {
    pub(crate) fn new(cache: Cache) -> Self {
        Self(cache)
    }

    /// Counts an attempt against each limit, or says how long to wait for the next; then none of them has counted it.
    pub(crate) async fn count(&self, limits: &[Limit], now: DateTime<Utc>) -> Result<(), Duration> {
        let limits: Vec<_> = limits.iter().map(|limit| limit.0.clone()).collect();
        self.0.count(&limits, now).await
    }

    /// Forgets all attempts: whoever made them has proved to be the right one.
    pub(crate) async fn forgive(&self, limit: &Limit) {
        self.0.forgive(&limit.0).await;
    }

    /// Takes one attempt back.
    pub(crate) async fn give_back(&self, limit: &Limit) {
        self.0.give_back(&limit.0).await;
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
