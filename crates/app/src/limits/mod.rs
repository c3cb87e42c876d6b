//! How often somebody may try what could be guessed: signing in, resetting a password, a second factor's code.

use std::{
    net::{IpAddr, Ipv6Addr},
    time::Duration,
};

use chrono::{DateTime, Utc};
use shared_cache::Cache;

pub(crate) use shared_cache::Rate;

use crate::secret;

/// What is counted is kept under its name up to this many bytes, under a hash where it has more.
const LONGEST_NAME: usize = 200;

/// What is counted: attempts at `what`, by `whom`.
#[derive(Debug, Clone)]
pub(crate) struct Limit(shared_cache::Limit);

impl Limit {
    /// Counts attempts at `what` by `whom`: an address of the network, an account, or both.
    pub(crate) fn new(what: &'static str, whom: &str, rate: Rate) -> Self {
        // Names come from requests, and are kept for as long as the attempts count: none may fill the memory.
        let key =
            if whom.len() > LONGEST_NAME { format!("{what}:{}", secret::hash(whom)) } else { format!("{what}:{whom}") };
        Self(shared_cache::Limit { key, rate })
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

/// How much more than one customer a whole block of IPv6 networks may try.
const BLOCK: i32 = 4;

/// Returns the limits for a request from an address: for what one customer has, and for IPv6 also for the block of
/// 2^16 such networks that whoever asks for it gets.
pub(crate) fn of_networks(what: &'static str, address: Option<IpAddr>, rate: Rate) -> Vec<Limit> {
    let mut limits = vec![Limit::new(what, &network(address), rate)];
    if let Some(IpAddr::V6(address)) = address {
        let block = Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 80));
        limits.push(Limit::new(what, &format!("{block}/48"), Rate { burst: rate.burst * BLOCK, ..rate }));
    }
    limits
}

/// Returns what one customer of a provider has: an IPv4 address, or 2^64 IPv6 addresses.
pub(crate) fn network(address: Option<IpAddr>) -> String {
    match address {
        None => "unknown".to_owned(),
        Some(IpAddr::V4(address)) => address.to_string(),
        Some(IpAddr::V6(address)) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Limit, Rate};

    #[test]
    fn a_long_name_is_counted_by_its_hash() {
        let rate = Rate { burst: 1, every_seconds: 1 };
        let key = |whom: &str| Limit::new("sign_in", whom, rate).0.key;
        assert_eq!(key("192.0.2.1 ada@example.com"), "sign_in:192.0.2.1 ada@example.com");
        let long = "x".repeat(1_000_000);
        assert!(key(&long).len() < 100);
        assert_ne!(key(&long), key(&format!("{long}y")));
    }
}
