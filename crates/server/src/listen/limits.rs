//! How many connections there may be, and how long they may do nothing.

use std::time::Duration;

use http_kit::BodyLimits;

use super::descriptors;
use crate::config;

/// What connections may take of the server.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// How long a connection may take to bring its first request.
    pub(crate) head: Duration,
    /// How long it may stay without a request.
    pub(crate) idle: Duration,
    /// How long an answer may wait to be taken.
    pub(crate) stalled: Duration,
    /// How many there may be.
    pub(crate) connections: usize,
    /// How many of one address; as many as of all where a proxy brings them.
    pub(crate) connections_of_address: usize,
    /// What bodies of requests may take.
    pub(crate) bodies: BodyLimits,
}

/// Connections, where nobody has set another number and there are descriptors for them.
const CONNECTIONS: usize = 10_000;
/// An address may have this part of all.
const OF_ADDRESS: usize = 4;

/// No address gets less than the largest body takes.
const LARGEST_BODY: usize = 26 << 20;

impl Limits {
    /// Returns the limits of a configuration, as far as the system lets them be.
    pub(crate) fn of(server: &config::Server) -> Self {
        let possible = descriptors::for_connections();
        let wanted = server.max_connections.unwrap_or(CONNECTIONS);
        let connections = wanted.min(possible);
        if server.max_connections.is_some() && connections < wanted {
            tracing::warn!(
                "there are file descriptors for {connections} connections and not for {wanted}: raise the limit"
            );
        }
        let of_address = server.max_connections_per_address.unwrap_or((connections / OF_ADDRESS).max(1));
        let all_bytes = server.request_memory_mib << 20;
        Self {
            head: Duration::from_secs(server.head_seconds),
            idle: Duration::from_secs(server.idle_seconds),
            stalled: Duration::from_secs(server.idle_seconds),
            connections,
            connections_of_address: if server.behind_proxy { connections } else { of_address.min(connections) },
            bodies: BodyLimits {
                all_bytes,
                unknown_bytes: all_bytes / 4,
                address_bytes: (!server.behind_proxy).then_some((all_bytes / 16).max(LARGEST_BODY)),
                pause: Duration::from_secs(server.body_seconds),
                ..BodyLimits::default()
            },
        }
    }
}
