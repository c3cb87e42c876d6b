//! How often somebody may try to sign in.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};

/// Attempts for one address and account: a few at once, then one a minute.
const ACCOUNT: Limit = Limit { burst: 10, every_seconds: 60 };
/// Attempts from one address, whatever the account: an office behind one address is many people.
const ADDRESS: Limit = Limit { burst: 100, every_seconds: 6 };
/// How many limits are remembered before those that no longer bind are forgotten.
const MOST_KEPT: usize = 10_000;

struct Limit {
    burst: i32,
    every_seconds: i32,
}

#[derive(Clone, PartialEq, Eq, Hash)]
enum Key {
    Account(Option<IpAddr>, String),
    Address(Option<IpAddr>),
}

/// Counts attempts in this process.
///
/// Each attempt moves the time at which all of them are forgiven by one step; too far ahead is too many.
#[derive(Default)]
pub(crate) struct Attempts(Mutex<HashMap<Key, DateTime<Utc>>>);

impl Attempts {
    /// Counts an attempt, or says how long to wait for the next.
    pub(super) fn count(&self, address: Option<IpAddr>, email_key: &str, now: DateTime<Utc>) -> Result<(), Duration> {
        let mut forgiven = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if forgiven.len() >= MOST_KEPT {
            forgiven.retain(|_, at| *at > now);
        }
        let address = address.map(network);
        let limits = [(Key::Address(address), ADDRESS), (Key::Account(address, email_key.to_owned()), ACCOUNT)];
        let mut counted = Vec::new();
        for (key, limit) in limits {
            let step = TimeDelta::seconds(limit.every_seconds.into());
            let next = forgiven.get(&key).copied().unwrap_or(now).max(now) + step;
            let excess = next - now - step * limit.burst;
            if excess > TimeDelta::zero() {
                return Err(excess.to_std().unwrap_or_default());
            }
            counted.push((key, next));
        }
        forgiven.extend(counted);
        Ok(())
    }

    /// Forgets the attempts of who has proved to be the right one, and the last one from their address.
    pub(super) fn forgive(&self, address: Option<IpAddr>, email_key: &str) {
        let mut forgiven = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let address = address.map(network);
        forgiven.remove(&Key::Account(address, email_key.to_owned()));
        if let Some(at) = forgiven.get_mut(&Key::Address(address)) {
            *at -= TimeDelta::seconds(ADDRESS.every_seconds.into());
        }
    }
}

/// Returns what one customer of a provider has: an IPv4 address, or 2^64 IPv6 addresses.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into(),
    }
}
