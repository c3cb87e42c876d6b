//! Configuration of the HTTP side: where to listen, and how much strangers may take of the server.

use std::net::SocketAddr;

use anyhow::bail;
use serde::{Deserialize, Serialize};

/// The HTTP side.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Server {
    /// Address and port to listen on.
    pub(crate) listen: SocketAddr,
    /// The address people use, where it is not the listening one.
    pub(crate) public_url: Option<String>,
    /// Whether a proxy of one's own stands in front, whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed.
    pub(crate) behind_proxy: bool,
    /// Networks of further proxies between that one and the clients.
    pub(crate) trusted_proxies: Vec<String>,
    /// A header that the proxy sets to the client's address, such as `CF-Connecting-IP`, and that counts alone.
    pub(crate) address_header: Option<String>,
    /// How many connections there may be; as many as the system lets there be, up to 10,000, where absent.
    pub(crate) max_connections: Option<usize>,
    /// How many connections of one address there may be, without a proxy; a quarter of all where absent.
    pub(crate) max_connections_per_address: Option<usize>,
    /// How much memory bodies of requests may take while they are read and answered, in MiB.
    pub(crate) request_memory_mib: usize,
    /// How many seconds a connection may take to bring its first request.
    pub(crate) head_seconds: u64,
    /// How many seconds a connection may stay without a request, or not take its answer.
    pub(crate) idle_seconds: u64,
    /// For how many seconds nothing of a request's body may come.
    pub(crate) body_seconds: u64,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            public_url: None,
            behind_proxy: false,
            trusted_proxies: Vec::new(),
            address_header: None,
            max_connections: None,
            max_connections_per_address: None,
            request_memory_mib: 512,
            head_seconds: 15,
            idle_seconds: 75,
            body_seconds: 30,
        }
    }
}

/// The largest request has room in the part of those who have shown no key.
const LEAST_REQUEST_MIB: usize = 160;

impl Server {
    /// Says what can't be.
    pub(crate) fn check(&self) -> anyhow::Result<()> {
        if self.request_memory_mib < LEAST_REQUEST_MIB {
            let given = self.request_memory_mib;
            bail!("server.request_memory_mib must be {LEAST_REQUEST_MIB} at least, not {given}");
        }
        let seconds = [
            ("server.head_seconds", self.head_seconds),
            ("server.idle_seconds", self.idle_seconds),
            ("server.body_seconds", self.body_seconds),
        ];
        for (key, seconds) in seconds {
            if !(1..=3600).contains(&seconds) {
                bail!("{key} must be 1 to 3600, not {seconds}");
            }
        }
        if self.max_connections == Some(0) || self.max_connections_per_address == Some(0) {
            bail!("server.max_connections and server.max_connections_per_address must not be 0");
        }
        Ok(())
    }
}
