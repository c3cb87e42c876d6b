//! What a project wants done with its events before they are stored.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use analytics_model::ProjectId;
use futures::future::BoxFuture;
use ipnet::IpNet;
use serde::{Deserialize, Serialize};

/// What a project wants done with its events before they are stored.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rules {
    /// What becomes of senders' addresses.
    pub addresses: Addresses,
    /// Whose events are internal traffic.
    pub internal: Internal,
    /// Hosts from which nobody comes: payment providers and other sites of one's own. `*.example.com` is every host below.
    pub ignored_referrers: Vec<String>,
}

/// What becomes of a sender's address, once place and traffic have been told by it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Addresses {
    /// It is stored.
    #[default]
    Keep,
    /// Its last part is stored as zeros: 8 bits of 32, 80 bits of 128.
    Anonymise,
    /// It is not stored, nor among the properties.
    Drop,
}

/// Whose events are internal traffic: any of these is enough.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Internal {
    /// Senders' networks.
    pub networks: Vec<IpNet>,
    /// Hosts of pages, such as `localhost` or `staging.example.com`; `*.example.com` is every host below.
    pub hosts: Vec<String>,
    /// Distinct ids; `*@example.com` is every id that ends so.
    pub user_ids: Vec<String>,
}

/// Why rules can't be told right now; they are asked for again.
#[derive(Debug, thiserror::Error)]
#[error("the rules of a project are not known: {0}")]
pub struct Unknown(pub String);

/// Knows the rules of every project.
pub trait Rulebook: Send + Sync + 'static {
    /// Returns what a project wants; the usual rules for one that is gone.
    fn of(&self, project: ProjectId) -> BoxFuture<'_, Result<Arc<Rules>, Unknown>>;
}

/// No project wants anything.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoRules;

impl Rulebook for NoRules {
    fn of(&self, _: ProjectId) -> BoxFuture<'_, Result<Arc<Rules>, Unknown>> {
        Box::pin(async { Ok(Arc::default()) })
    }
}

impl Addresses {
    /// Returns what of an address is stored.
    pub(crate) fn kept(self, address: IpAddr) -> Option<IpAddr> {
        match (self, address) {
            (Self::Keep, address) => Some(address),
            (Self::Drop, _) => None,
            (Self::Anonymise, IpAddr::V4(address)) => Some(IpAddr::V4(address & Ipv4Addr::new(255, 255, 255, 0))),
            (Self::Anonymise, IpAddr::V6(address)) => Some(IpAddr::V6(address & Ipv6Addr::from_bits(u128::MAX << 80))),
        }
    }
}

impl Rules {
    /// Tells whether a visit only goes on where this host was before.
    pub(crate) fn ignores(&self, host: &str) -> bool {
        let without_port = host.split(':').next().unwrap_or(host);
        let bare = without_port.strip_prefix("www.").unwrap_or(without_port);
        self.ignored_referrers.iter().any(|known| {
            let known = known.strip_prefix("www.").unwrap_or(known);
            known == host || matches(known, bare) || matches(known, without_port)
        })
    }
}

impl Internal {
    /// Tells whether an event is of internal traffic.
    pub(crate) fn is(&self, address: Option<IpAddr>, host: &str, user_id: &str) -> bool {
        let without_port = host.split(':').next().unwrap_or(host);
        address.is_some_and(|address| self.networks.iter().any(|network| network.contains(&address)))
            || (!host.is_empty() && self.hosts.iter().any(|known| known == host || matches(known, without_port)))
            || self.user_ids.iter().any(|known| matches(known, user_id))
    }
}

fn matches(pattern: &str, text: &str) -> bool {
    match pattern.strip_prefix('*') {
        Some(end) => text.len() > end.len() && text.ends_with(end),
        None => pattern == text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_cut_to_what_may_be_kept() {
        let cases = [("203.0.113.77", "203.0.113.0"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1::")];
        for (given, kept) in cases {
            let given: IpAddr = given.parse().unwrap();
            assert_eq!(Addresses::Anonymise.kept(given), Some(kept.parse().unwrap()));
            assert_eq!((Addresses::Keep.kept(given), Addresses::Drop.kept(given)), (Some(given), None));
        }
    }

    #[test]
    fn internal_traffic_is_told_by_network_host_or_id() {
        let internal = Internal {
            networks: vec!["10.0.0.0/8".parse().unwrap(), "2001:db8::/32".parse().unwrap()],
            hosts: vec!["localhost".into(), "*.staging.example".into()],
            user_ids: vec!["*@radix-int.com".into(), "robot".into()],
        };
        let is = |address: &str, host, user| internal.is(address.parse().ok(), host, user);
        assert!(is("10.9.9.9", "", "u") && is("2001:db8::1", "", "u"));
        assert!(is("", "localhost:3000", "u") && is("", "a.staging.example", "u"));
        assert!(is("", "", "ada@radix-int.com") && is("", "", "robot"));
        assert!(!is("11.0.0.1", "staging.example", "robot2") && !is("", "", "@radix-int.com"));
    }
}
